const webkit = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const iPhone = `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) ${webkit}`

/** The `User-Agent` of a browser of each kind. */
export const userAgents = {
  phone: `${iPhone} Version/17.5 Mobile/15E148 Safari/604.1`,
  wechat: `${iPhone} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN`,
  alipay: `${iPhone} Mobile/21F90 AliApp(AP/10.6.20.6000) AlipayClient/10.6.20.6000 Language/zh-Hans`,
  desk: `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/17.5 Safari/605.1.15`,
} as const
