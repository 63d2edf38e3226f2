[range(1000000)] | "@count",
(map({ id: ., age: (. * 7919 % 1000003), name: "user" }) | "@make",
(map(select(.age >= 500000)) | length, "@filter", (map({ id, years: (.age + 1) }) | length), "@map"),
reduce .[] as $user (0; . + $user.age), "@fold",
(sort_by(.age) | .[0].id), "@sort")
