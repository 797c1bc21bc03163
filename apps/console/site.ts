import { fileURLToPath } from 'node:url'

/** The folder with the built console. */
export const consoleFiles = fileURLToPath(new URL('./dist', import.meta.url))
