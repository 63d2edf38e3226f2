const primes = []
for (let n = 2; n < 30000; n++) {
  if (!primes.some(p => n % p === 0)) primes.push(n)
}
console.log(primes.length)
