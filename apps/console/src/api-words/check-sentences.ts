import { serviceWords, wordFor } from '../i18n/words.ts'
import { alipayAnswerOr } from './alipay-sentences.ts'
import { chineseOf } from './sentences.ts'

/** What a service depends on. */
const dependencies: Readonly<Record<string, string>> = {
  ...serviceWords.zh,
  'orders or payments': '订单服务或支付服务',
  postgres: 'PostgreSQL 数据库',
  redis: 'Redis',
  kafka: 'Kafka',
  clock: '时钟',
  alipay: '支付宝',
  certificates: '证书',
}
export const dependencyInChinese = (name: string): string => wordFor(dependencies, name)

const service = (name: string | undefined) => wordFor(dependencies, (name ?? '').replace(' ', '-'))
const certificate = (text: string) =>
  text.replace(
    /the certificate in (\S+) ended on (\S+): .*/s,
    (_, setting: string, date: string) => `${setting} 中的证书已于 ${date} 过期，请更换`,
  )

const outcome = chineseOf([
  [/^no answer within (\d+) ms$/, ms => `${Number(ms) / 1000} 秒内没有响应`],
  [/^(?:connect )?(ECONNREFUSED)\b(.*)$/s, (code, where) => `连接被拒绝（${code}${where}）`],
  [/^(?:connect )?(ETIMEDOUT|CONNECT_TIMEOUT)\b(.*)$/s, (code, where) => `连接超时（${code}${where}）`],
  [
    /^(?:write |read )?(ECONNRESET|CONNECTION_CLOSED|CONNECTION_ENDED|CONNECTION_DESTROYED)\b(.*)$/s,
    (code, where) => `连接中断（${code}${where}）`,
  ],
  [/^write (CONNECTION_\w+)(.*)$/s, (code, where) => `连接中断（${code}${where}）`],
  [/^getaddrinfo (\w+)(.*)$/s, (code, where) => `无法解析地址（${code}${where}）`],
  [
    /^the database system is (starting up|shutting down)$/,
    what => (what === 'starting up' ? '数据库正在启动' : '数据库正在关闭'),
  ],
  [/^the (.+) can not be reached$/, name => `无法连接${service(name)}`],
  [/^Redis can not be reached$/, '无法连接 Redis'],
  [/^Connection is closed\.$/, '连接已断开'],
  [/^Kafka has not answered yet$/, 'Kafka 尚未响应'],
  [/^(\S+) is not connected to Kafka$/, name => `${service(name)}未连接 Kafka`],
  [
    /^the relay can.t publish: Kafka has not acknowledged a batch for (\d+) s$/,
    s => `无法发布事件：Kafka 已 ${s} 秒没有确认`,
  ],
  [/^the relay can.t publish: (.+)$/s, why => `无法发布事件：${why}`],
  [
    /^no replica publishes: the oldest event of the outbox is the same since (\S+)$/,
    since => `没有副本在发布事件：发件箱中最早的事件自 ${since} 起未变`,
  ],
  [/^the clock is (\S+) s off PostgreSQL.s$/, s => `时钟与 PostgreSQL 相差 ${s} 秒，请同步时间`],
  [
    /^Alipay gives no answer, check ALIPAY_GATEWAY and the network: (.+)$/s,
    why => `支付宝没有响应，请检查 ALIPAY_GATEWAY 和网络：${alipayAnswerOr(why ?? '')}`,
  ],
  [/^Alipay cannot serve calls at the moment: (.+)$/s, why => `支付宝暂时不可用：${alipayAnswerOr(why ?? '')}`],
  [/^Alipay refuses our calls \((.+?)\)\. /s, why => `支付宝拒绝我方的调用（${why}），请检查应用及其密钥或证书的配置`],
  [
    /ALIPAY_PUBLIC_KEY is most likely not the key/,
    '支付宝的响应无法验签：ALIPAY_PUBLIC_KEY 很可能不是该应用对应的支付宝公钥',
  ],
  [
    /ALIPAY_PUBLIC_CERT is most likely not the certificate/,
    '支付宝的响应无法验签：ALIPAY_PUBLIC_CERT 很可能不是该应用对应的支付宝公钥证书，或已过期',
  ],
])

/** Why a dependency does not answer, in Chinese. Undefined for a reason that is unknown. */
export const checkOutcome = (text: string): string | undefined =>
  /^the certificate in \S+ ended on /.test(text)
    ? text
        .split(/; (?=the certificate in )/)
        .map(certificate)
        .join('；')
    : outcome(text)
