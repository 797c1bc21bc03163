/** The tables and columns that an order needs at least, with the kinds of keys, checks and indexes that the services have. */
export const baselineSchema = `
create table products (sku text primary key, price_fen bigint not null check (price_fen > 0));
create table stock_levels (
  sku text primary key references products,
  available bigint not null, reserved bigint not null default 0, sold bigint not null default 0,
  supplied bigint not null,
  check (available >= 0 and reserved >= 0 and sold >= 0),
  check (available + reserved + sold = supplied));
create table orders (
  order_id text primary key, customer_id text not null,
  status text not null check (status in ('PENDING_PAYMENT', 'PAID', 'EXPIRED')),
  total_fen bigint not null check (total_fen > 0), lines jsonb not null, payment jsonb,
  created_at timestamptz not null default now(), expires_at timestamptz not null,
  updated_at timestamptz not null default now(),
  check ((status = 'PAID') = (payment is not null)));
create index on orders (expires_at) where status = 'PENDING_PAYMENT';
create index on orders (customer_id, order_id);
create table outbox (
  id bigserial primary key, topic text not null, key text not null, headers jsonb not null, value text not null,
  created_at timestamptz not null default now());
create table reservations (
  order_id text not null, sku text not null, quantity bigint not null check (quantity > 0),
  status text not null check (status in ('RESERVED', 'COMMITTED', 'RELEASED')),
  updated_at timestamptz not null default now(),
  primary key (order_id, sku));
create table payments (
  order_id text primary key, customer_id text not null, amount_fen bigint not null check (amount_fen > 0),
  status text not null check (status in ('EXPECTED', 'PAID', 'CLOSED')), paid_out_trade_no text,
  expires_at timestamptz not null, created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((status = 'PAID') = (paid_out_trade_no is not null)));
create table attempts (
  out_trade_no text primary key, order_id text not null references payments, number integer not null,
  status text not null check (status in ('CREATED', 'OPENED', 'PAID', 'CLOSED')),
  time_expire timestamptz not null, updated_at timestamptz not null default now(),
  unique (order_id, number));
create table notifies (
  notify_id text primary key, out_trade_no text not null, trade_status text not null, body text not null,
  received_at timestamptz not null default now());
create index on notifies (out_trade_no);`
