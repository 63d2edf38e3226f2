#!/usr/bin/env bash
# fawn serve over TLS: both protocols, certificates that are of no use, and bytes that are no TLS.
source "$(dirname "$0")/serving.bash"
source "$(dirname "$0")/checks.bash" "$@"

# certificate NAME [ARG...]: NAME.pem and NAME.key, signed by itself, good for localhost.
certificate() {
    local name=$1
    shift
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
        -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -keyout "$name.key" -out "$name.pem" "$@" 2>/dev/null
}
certificate own
certificate other
openssl ec -in own.key -aes128 -passout pass:abc -out locked.key 2>/dev/null
echo rubbish >rubbish.pem

refused() { check "$1" 3 '' "fawn: serve: $2" "$fawn" serve --dev --port 0 --tls-cert "$3" --tls-key "$4"; }
refused 'no certificate' 'cannot read the certificate none.pem: No such file or directory' none.pem own.key
refused 'no key' 'cannot read the key none.key: No such file or directory' own.pem none.key
refused 'what is no certificate' 'rubbish.pem holds no certificate in the PEM format' rubbish.pem own.key
refused 'what is no key' 'rubbish.pem holds no private key in the PEM format' own.pem rubbish.pem
refused "another's key" 'the key in other.key does not belong to the certificate in own.pem' own.pem other.key
refused 'a key with a passphrase' 'the key in locked.key needs a passphrase; store it without one' own.pem locked.key
check 'a certificate without a key' 2 '' \
    'fawn: serve: TLS: --tls-cert and --tls-key belong together: name both files' \
    "$fawn" serve --dev --port 0 --tls-cert own.pem

start --dev --tls-cert own.pem --tls-key own.key
base=https://localhost:$port
python3 -c 'import json; json.dump({"query": "\"" + "x" * 3000000 + "\""}, open("large.json", "w"))'
for version in 1.1 2; do
    check "HTTP/$version" 0 "2 $version" '' bash -c "
        curl -s -m 20 --cacert own.pem --http$version -H 'Authorization: Bearer secret' -d '{\"query\":\"1 + 1\"}' \
            -o answer -w '%{http_version}' $base/query/1 >version
        echo \$(grep -o '\"data\":2' answer | cut -d: -f2) \$(cat version)"
    verdict "HTTP/$version: three megabytes there and back" \
        "$(call --cacert own.pem --http$version --data-binary @large.json "$base/query/1" | wc -c |
           awk '$1 < 3000000 { print "  only " $1 " bytes" }')"
done
check 'TLS 1.2' 0 200 '' curl -s -m 20 --cacert own.pem --tls-max 1.2 -o body -w '%{http_code}' "$base/ping"
verdict 'TLS 1.1 is refused' \
    "$(curl -s -m 20 -k --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 "$base/ping" && echo 'it was taken')"
verdict 'HTTP without TLS gets no answer' \
    "$(curl -s -m 20 "http://localhost:$port/ping" && echo 'it was answered')"
python3 - "$port" <<'PYTHON'
import os, random, socket, sys
random.seed(7)
hello = bytes.fromhex("16030100") # the beginning of a record that says it is long
for i in range(60):
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 20)
    s.sendall((hello if i % 2 else b"") + random.randbytes(random.randrange(1, 3000)))
    if i % 3:
        s.settimeout(5)
        try:
            s.shutdown(socket.SHUT_WR)
            while s.recv(4096):
                pass
        except OSError:
            pass
    s.close()
PYTHON
check 'after bytes that are no TLS the others are served' 0 200 '' \
    curl -s -m 20 --cacert own.pem -o body -w '%{http_code}' "$base/ping"
stop
verdict 'it stops when asked' "$(grep -q '"event":"stopped"' server.log || cat server.log)"
finish
