const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));

// JavaScript does not jump in tail position, but no sequence is too long for its stack.
const collatz = (n, length) =>
  n === 1 ? length : collatz(n % 2 === 0 ? n / 2 : 3 * n + 1, length + 1);

console.log(fib(30));
console.log("@fib");
let sum = 0;
for (let n = 1; n < 50000; n++) {
  sum += collatz(n, 1);
}
console.log(sum);
console.log("@collatz");
