// A path of its own, so that a process without a database does not load the driver.
export * from './clock.ts'
export * from './database.ts'
export * from './due-work.ts'
export * from './migrate.ts'
export * from './selection.ts'
export { storableText } from './storable.ts'
export * from './transact.ts'
