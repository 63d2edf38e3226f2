io.stdout:setvbuf("line")
local fib, collatz

function fib(n)
  return n < 2 and n or fib(n - 1) + fib(n - 2)
end

function collatz(n, length)
  if n == 1 then return length end
  return collatz(n % 2 == 0 and n // 2 or 3 * n + 1, length + 1)
end

print(fib(30))
print("@fib")
local sum = 0
for n = 1, 49999 do
  sum = sum + collatz(n, 1)
end
print(sum)
print("@collatz")
