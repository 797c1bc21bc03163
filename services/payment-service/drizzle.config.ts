import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/db/schema.ts', './src/db/cases-schema.ts', './src/db/reconciliation-schema.ts'],
  out: './drizzle',
})
