local function add(n) return function(x) return x + n end end
local function multiply(n) return function(x) return (x * n) % 1000003 end end
local function compose(f, g) return function(x) return f(g(x)) end end
local sum = 0
for i = 0, 999999 do
  sum = compose(add(i), multiply(31))(sum)
end
print(sum)
