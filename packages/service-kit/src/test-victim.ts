// For the tests of fault points: reaches all of them, over and over. usage: test-victim.ts <file>
import { writeSync } from 'node:fs'
import { faultPoint, faultPoints, listenForFaultPoints } from './fault-points.ts'

const print = (line: string) => writeSync(1, `${line}\n`)
process.on('SIGURG', () => print('signalled'))
listenForFaultPoints(process.argv[2] ?? '')
setInterval(() => {
  for (const point of faultPoints) {
    if (point === 'relay.published') print('before relay.published')
    faultPoint(point)
    if (point === 'relay.published') print('after relay.published')
  }
}, 20)
