import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dangersOf } from './test-migration-rules.ts'

const services = join(import.meta.dirname, '../../../../services')

/** The schema of the first release: no earlier version ever ran on it, so its migration may do anything. */
const initial = '0000_initial.sql'

const withMigrations = readdirSync(services).filter(name => readdirSync(join(services, name)).includes('drizzle'))
const filesOf = (service: string) =>
  readdirSync(join(services, service, 'drizzle')).filter(file => file.endsWith('.sql'))

describe('migrations', () => {
  it.each(withMigrations)('of %s begin with the initial one', service => {
    expect(filesOf(service)).toContain(initial)
  })

  it('after the first release do not break or stop the version that still runs (docs/operations/migrations.md)', () => {
    const found = withMigrations.flatMap(service =>
      filesOf(service)
        .filter(file => file !== initial)
        .flatMap(file => dangersOf(readFileSync(join(services, service, 'drizzle', file), 'utf8')))
        .map(danger => `${service}: ${danger}`),
    )
    expect(found).toEqual([])
  })
})

describe('the check', () => {
  it.each([
    'CREATE INDEX "a" ON "orders" USING btree ("b");',
    'CREATE UNIQUE INDEX a ON orders (b)',
    'ALTER TABLE "orders" ADD CONSTRAINT "a" CHECK (b > 0);',
    'ALTER TABLE "orders" ADD CONSTRAINT "a" FOREIGN KEY ("b") REFERENCES "public"."c"("d");',
    'ALTER TABLE "orders" ADD CONSTRAINT "a" UNIQUE("b");',
    'ALTER TABLE "orders" ALTER COLUMN "b" SET NOT NULL;',
    'ALTER TABLE "orders" ADD COLUMN "b" text NOT NULL;',
    'ALTER TABLE "orders" ADD COLUMN "b" uuid DEFAULT gen_random_uuid();',
    'ALTER TABLE "orders" ALTER COLUMN "b" SET DATA TYPE bigint;',
    'ALTER TABLE "orders" DROP COLUMN "b";',
    'ALTER TABLE "orders" RENAME COLUMN "b" TO "c";',
    'ALTER TABLE "orders" RENAME TO "purchases";',
    'DROP TABLE "orders";',
    'DROP INDEX "a";',
    'UPDATE orders SET b = 1',
    'CREATE TABLE more (id int);--> statement-breakpoint\nCREATE INDEX CONCURRENTLY a ON orders (b);',
    '-- migration-safe:\nDROP TABLE "orders";',
    'ALTER TABLE orders DROP note',
    'ALTER TABLE orders ADD b text NOT NULL',
    'ALTER TABLE orders ADD b int GENERATED ALWAYS AS (a + 1) STORED',
    'ALTER TABLE orders ADD COLUMN b uuid DEFAULT uuidv7()',
    "ALTER TABLE orders ADD COLUMN a text NOT NULL, ADD COLUMN b text DEFAULT ''",
    'ALTER TABLE orders ADD CONSTRAINT a CHECK (x > 0) NOT VALID, ADD CONSTRAINT b CHECK (y > 0)',
    'ALTER TABLE orders ADD CONSTRAINT "a b" CHECK (x > 0)',
    "ALTER TABLE orders ADD CONSTRAINT a CHECK (b <> 'not valid')",
    'ALTER TABLE IF EXISTS ONLY orders ALTER b TYPE bigint',
    'ALTER TABLE orders SET SCHEMA other',
    'ALTER TABLE orders ADD COLUMN b text; DROP TABLE c;',
    '/* unused */ DROP TABLE orders',
    'DROP SEQUENCE numbers',
    "ALTER TYPE state RENAME VALUE 'a' TO 'b'",
    'VACUUM (FULL) orders',
    'VACUUM FULL',
    'DO $$ BEGIN UPDATE orders SET a = 1; END $$',
    'WITH old AS (DELETE FROM orders RETURNING *) INSERT INTO history SELECT * FROM old',
  ])('refuses %s', statement => {
    expect(dangersOf(statement)).not.toEqual([])
  })

  it.each([
    'CREATE TABLE "more" ("id" integer NOT NULL);--> statement-breakpoint\nCREATE INDEX "a" ON "more" ("id");',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON orders (b)',
    'ALTER TABLE "orders" ADD COLUMN "b" text;',
    'ALTER TABLE "orders" ADD COLUMN "b" boolean DEFAULT false NOT NULL;',
    'ALTER TABLE "orders" ADD CONSTRAINT "a" CHECK (b > 0) NOT VALID;',
    'ALTER TABLE "orders" VALIDATE CONSTRAINT "a";',
    'ALTER TABLE orders ADD CONSTRAINT a UNIQUE USING INDEX b;',
    'ALTER TABLE "orders" ADD COLUMN "type" text;',
    "ALTER TABLE orders ADD COLUMN note text DEFAULT 'not null; check (it)' NOT NULL",
    'ALTER TABLE orders ADD COLUMN amount numeric(10, 2), ADD COLUMN at timestamptz DEFAULT now() NOT NULL;',
    'CREATE TABLE more (id int);\nALTER TABLE "public"."more" ADD CONSTRAINT a CHECK (id > 0);',
    '-- migration-safe: no version reads it; see the decision\nALTER TABLE orders DROP COLUMN b;',
    '-- migration-safe: no running version reads it since 1.3\nALTER TABLE "orders" DROP COLUMN "b";',
  ])('allows %s', statement => {
    expect(dangersOf(statement)).toEqual([])
  })
})
