local primes = {}
for n = 2, 29999 do
  local prime = true
  for _, p in ipairs(primes) do
    if n % p == 0 then
      prime = false
      break
    end
  end
  if prime then primes[#primes + 1] = n end
end
print(#primes)
