import { defineConfig } from 'vitest/config'

// The system test starts a system and more replicas, while other packages are tested.
export default defineConfig({ test: { testTimeout: 600_000, hookTimeout: 300_000, teardownTimeout: 180_000 } })
