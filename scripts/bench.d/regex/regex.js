const pattern = /[a-z]+[0-9]*5@[a-z]+[0-6]\.example\.org/;
let sum = 0;
for (let i = 0; i < 100000; i++) {
  if (pattern.test(`user${i}@host${i % 7}.example.org`)) {
    sum++;
  }
}
console.log(sum);
