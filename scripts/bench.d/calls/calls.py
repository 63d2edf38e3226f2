def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def collatz(n, length):
    return length if n == 1 else collatz(n // 2 if n % 2 == 0 else 3 * n + 1, length + 1)


print(fib(30))
print("@fib", flush=True)
print(sum(collatz(n, 1) for n in range(1, 50000)))
print("@collatz", flush=True)
