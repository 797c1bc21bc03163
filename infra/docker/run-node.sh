#!/bin/sh
# The same options as in tools/launcher/src/app/node-program.ts; docs/performance.md explains them.
exec node \
  --max-semi-space-size=16 \
  --heap-growing-percent=40 \
  --initial-old-space-size=48 \
  --no-allocation-site-pretenuring \
  --import=file:///app/packages/service-kit/src/quick-imports.ts \
  "$@"
