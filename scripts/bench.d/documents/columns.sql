create table rating (id integer primary key, user int, product int, stars int, note text);
begin;
insert into rating select value, value % 1000, (value * 7919) % 50000, value % 5 + 1,
  'rating ' || value from generate_series(1, 1000000);
commit;
select '@create';
select count(*) from rating;
select '@count';
select sum(stars) from rating;
select '@sum';
select avg(stars) from rating;
select '@mean';
select min(user), max(user) from rating;
select '@bounds';
select count(*) from rating where stars >= 4;
select '@filter';
select sum(product) from rating where user > 500;
select '@pipeline';
select stars, count(*) from rating group by stars;
select '@group';
select sum(r.stars) from generate_series(0, 999999) g
  cross join rating r on r.id = (g.value * 7919) % 1000000 + 1;
select '@lookup';
