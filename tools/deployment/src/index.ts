export { chartSchema } from './chart-schema.ts'
