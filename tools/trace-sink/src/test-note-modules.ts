import { registerHooks } from 'node:module'

// With `--import`: says once, in the output, that the process has loaded a module of OpenTelemetry.
let isNoted = false
registerHooks({
  load(url, context, nextLoad) {
    if (!isNoted && url.includes('/@opentelemetry/')) {
      isNoted = true
      process.stderr.write('an OpenTelemetry module was loaded\n')
    }
    return nextLoad(url, context)
  },
})
