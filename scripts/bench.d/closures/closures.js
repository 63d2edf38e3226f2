const add = (n) => (x) => x + n;
const multiply = (n) => (x) => (x * n) % 1000003;
const compose = (f, g) => (x) => f(g(x));
let sum = 0;
for (let i = 0; i < 1000000; i++) {
  sum = compose(add(i), multiply(31))(sum);
}
console.log(sum);
