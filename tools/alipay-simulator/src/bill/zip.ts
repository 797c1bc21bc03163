import { pipeline, Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'
import iconv from 'iconv-lite'
import { toBeijing } from '../beijing-time.ts'

export interface ZipEntry {
  readonly name: string
  readonly content: Iterable<Buffer>
}

interface Written {
  readonly name: Buffer
  readonly offset: number
  readonly crc: number
  readonly compressedSize: number
  readonly size: number
}

const LOCAL_HEADER = 0x04034b50
const DATA_DESCRIPTOR = 0x08074b50
const CENTRAL_HEADER = 0x02014b50
const END_OF_CENTRAL = 0x06054b50
const VERSION = 20
/** Sizes and checksum follow the data. The flag for UTF-8 names (bit 11) stays off: Alipay's are GBK. */
const FLAGS = 0x0008
const DEFLATE = 8
const SIZE_MAX = 0xffff_ffff

/**
 * A ZIP archive, generated while it is read. As in Alipay's bills, its entry names are GBK without a flag for the
 * encoding; ZIP libraries write UTF-8. An entry's content is read only when the previous entry is complete. `at` (ms
 * since 1970) is the entries' time. Throws when an entry or the archive would exceed 4 GiB.
 */
export async function* zipArchive(entries: Iterable<ZipEntry>, at: number): AsyncGenerator<Buffer> {
  const time = dosTime(at)
  const directory: Written[] = []
  let offset = 0
  for (const entry of entries) {
    const name = iconv.encode(entry.name, 'gbk')
    const start = offset
    const header = localHeader(name, time)
    yield header
    offset += header.length
    let compressedSize = 0
    const sums = { crc: 0, size: 0 }
    for await (const chunk of deflated(entry.content, sums)) {
      compressedSize += chunk.length
      yield chunk
    }
    offset += compressedSize
    const written = { name, offset: start, compressedSize, ...sums }
    const descriptor = dataDescriptor(written)
    yield descriptor
    offset += descriptor.length
    if (offset > SIZE_MAX || sums.size > SIZE_MAX) throw new Error(`${entry.name} is too large for a plain ZIP`)
    directory.push(written)
  }
  const central = Buffer.concat(directory.map(written => centralHeader(written, time)))
  yield Buffer.concat([central, endOfCentral(directory.length, central.length, offset)])
}

async function* deflated(content: Iterable<Buffer>, sums: { crc: number; size: number }): AsyncGenerator<Buffer> {
  function* counted(): Generator<Buffer> {
    for (const chunk of content) {
      sums.crc = crc32(chunk, sums.crc)
      sums.size += chunk.length
      yield chunk
    }
  }
  // A failure on either side ends the other. The reader of the output receives the error.
  yield* pipeline(Readable.from(counted()), createDeflateRaw(), () => {})
}

function localHeader(name: Buffer, { date, time }: DosTime): Buffer {
  const header = Buffer.alloc(30)
  header.writeUInt32LE(LOCAL_HEADER, 0)
  header.writeUInt16LE(VERSION, 4)
  header.writeUInt16LE(FLAGS, 6)
  header.writeUInt16LE(DEFLATE, 8)
  header.writeUInt16LE(time, 10)
  header.writeUInt16LE(date, 12)
  header.writeUInt16LE(name.length, 26)
  return Buffer.concat([header, name])
}

function dataDescriptor({ crc, compressedSize, size }: Written): Buffer {
  const descriptor = Buffer.alloc(16)
  descriptor.writeUInt32LE(DATA_DESCRIPTOR, 0)
  descriptor.writeUInt32LE(crc, 4)
  descriptor.writeUInt32LE(compressedSize, 8)
  descriptor.writeUInt32LE(size, 12)
  return descriptor
}

function centralHeader({ name, offset, crc, compressedSize, size }: Written, { date, time }: DosTime): Buffer {
  const header = Buffer.alloc(46)
  header.writeUInt32LE(CENTRAL_HEADER, 0)
  header.writeUInt16LE(VERSION, 4)
  header.writeUInt16LE(VERSION, 6)
  header.writeUInt16LE(FLAGS, 8)
  header.writeUInt16LE(DEFLATE, 10)
  header.writeUInt16LE(time, 12)
  header.writeUInt16LE(date, 14)
  header.writeUInt32LE(crc, 16)
  header.writeUInt32LE(compressedSize, 20)
  header.writeUInt32LE(size, 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt32LE(offset, 42)
  return Buffer.concat([header, name])
}

function endOfCentral(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(END_OF_CENTRAL, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return end
}

interface DosTime {
  readonly date: number
  readonly time: number
}

/** The two numbers of an MS-DOS time, in Beijing time, with a resolution of two seconds. */
function dosTime(at: number): DosTime {
  const [year, month, day, hour, minute, second] = toBeijing(at).split(/\D/).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return { date: ((year - 1980) << 9) | (month << 5) | day, time: (hour << 11) | (minute << 5) | (second >> 1) }
}
