import { type Readable, Transform } from 'node:stream'
import { crc32 } from 'node:zlib'
import iconv from 'iconv-lite'
import yauzl from 'yauzl'
import { BrokenBill } from './bill.ts'

/** A bill's archive has two files; a few more are harmless. */
const entriesMax = 16
/** Text of this kind is compressed ten to forty times. */
const expansionRatioMax = 200
/** Below this size the ratio is not checked, bytes. */
const ratioMattersAbove = 1024 * 1024

/**
 * Opens the detail file inside a bill's ZIP as a stream of bytes. The file names are GBK, without a flag for it.
 * Throws BrokenBill for anything that is not such an archive or expands beyond `expandedBytesMax`; damage further inside
 * fails the stream with a BrokenBill.
 */
export async function openBillArchive(path: string, expandedBytesMax: number): Promise<Readable> {
  const zip = await faultOfFile(yauzl.openPromise(path, { decodeStrings: false, autoClose: false }))
  try {
    const entry = await findDetailEntry(zip)
    const { uncompressedSize, compressedSize } = entry
    const bomb = uncompressedSize > ratioMattersAbove && uncompressedSize > compressedSize * expansionRatioMax
    if (bomb || uncompressedSize > expandedBytesMax) {
      throw new BrokenBill(`its archive would grow to ${uncompressedSize} bytes`)
    }
    // Fails as soon as the content is longer or shorter than declared.
    const content = await faultOfFile(zip.openReadStreamPromise(entry))
    const checked = content.pipe(checkSum(entry.crc32))
    content.once('error', error => checked.destroy(new BrokenBill(`its archive is damaged: ${error.message}`)))
    // It may fail before it is read; the reader gets the error then.
    checked.on('error', () => {})
    checked.once('close', () => {
      content.destroy()
      zip.close()
    })
    return checked
  } catch (error) {
    zip.close()
    throw error
  }
}

async function findDetailEntry(zip: yauzl.ZipFile): Promise<yauzl.Entry> {
  if (zip.entryCount > entriesMax) throw new BrokenBill(`its archive holds ${zip.entryCount} files`)
  const found: yauzl.Entry[] = []
  const entries = zip.eachEntry()
  for (;;) {
    const next = await faultOfFile(entries.next())
    if (next.done) break
    const name = iconv.decode(next.value.fileNameRaw, 'gbk')
    if (name.endsWith('.csv') && !name.includes('汇总')) found.push(next.value)
  }
  const [entry] = found
  if (!entry || found.length > 1) throw new BrokenBill(`its archive holds ${found.length} detail files`)
  return entry
}

function checkSum(expected: number): Transform {
  let sum = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum)
      done(null, chunk)
    },
    flush: done => done(sum === expected ? null : new BrokenBill('its archive is damaged: the checksum is another')),
  })
}

async function faultOfFile<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw new BrokenBill(`it is no archive: ${(error as Error).message}`)
  }
}
