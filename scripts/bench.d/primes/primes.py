primes = []
for n in range(2, 30000):
    if not any(n % p == 0 for p in primes):
        primes.append(n)
print(len(primes))
