# Starts, counts, and stops.
. "$(dirname "$0")/serve.sh"
start
redis-cli -s "$socket" dbsize
echo "@reopen"
stop
