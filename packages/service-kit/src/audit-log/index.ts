export * from './audit-log.ts'
export * from './routes.ts'
export * from './schema.ts'
