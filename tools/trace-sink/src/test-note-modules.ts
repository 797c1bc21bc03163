import { registerHooks } from 'node:module'

// With `--import`: says once, in the output, that the process has loaded a module of OpenTelemetry. Its interfaces alone,
// `@opentelemetry/api`, do not count, because prom-client imports them.
let isNoted = false
registerHooks({
  load(url, context, nextLoad) {
    if (!isNoted && /\/@opentelemetry\/(?!api\/)/.test(url)) {
      isNoted = true
      process.stderr.write('an OpenTelemetry module was loaded\n')
    }
    return nextLoad(url, context)
  },
})
