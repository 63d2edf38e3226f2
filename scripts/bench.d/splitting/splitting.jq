reduce range(50000) as $i (0;
  (reduce range($i; $i + 10) as $n (""; . + "," + ($n | tostring)) | split(",")) as $fields |
  . + ($fields | length) + ($fields | map(. + ";") | reduce .[] as $field (""; . + $field) | length))
