reduce range(100000) as $i (0;
  if "user\($i)@host\($i % 7).example.org" | test("[a-z]+[0-9]*5@[a-z]+[0-6]\\.example\\.org")
  then . + 1 else . end)
