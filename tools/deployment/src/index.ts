export { chartSchema, chartSettings } from './chart-schema.ts'
