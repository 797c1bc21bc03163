import { startTraceSink } from './trace-sink.ts'

// Started by `npm start -- --observe`, and stopped by a signal.
const { url } = await startTraceSink({ host: '127.0.0.1', port: Number(process.env.PORT ?? 4318) })
console.log(JSON.stringify({ url, msg: 'the trace sink is listening' }))
