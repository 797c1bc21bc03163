import { expect, it } from 'vitest'
import { browserOf, isLinkReader } from './browser.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)'

it.each([
  ['Safari of an iPhone', `${iPhone} Version/17.5 Mobile/15E148 Safari/604.1`],
  [
    'Safari of an iPod',
    'Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1',
  ],
  ['Chrome of Android', `Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36`],
  ['Firefox of Android', 'Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0'],
  [
    'UC Browser',
    `Mozilla/5.0 (Linux; U; Android 12; zh-CN; V2055A Build/SP1A.210812.003) ${webkit} Version/4.0 Chrome/100.0.4896.58 UCBrowser/15.5.2.1234 Mobile Safari/537.36`,
  ],
  [
    'Quark',
    `Mozilla/5.0 (Linux; U; Android 13; zh-CN; 22081212C Build/TKQ1.220829.002) ${webkit} Version/4.0 Chrome/100.0.4896.58 Quark/6.9.0.441 Mobile Safari/537.36`,
  ],
  [
    'MIUI Browser',
    `Mozilla/5.0 (Linux; U; Android 14; zh-cn; 23127PN0CC Build/UKQ1.230804.001) ${webkit} Version/4.0 Chrome/109.0.5414.118 Mobile Safari/537.36 XiaoMi/MiuiBrowser/18.2.150716`,
  ],
  [
    'QQ Browser of a phone',
    `Mozilla/5.0 (Linux; U; Android 12; zh-cn; M2012K11AC Build/SKQ1.211006.001) ${webkit} Version/4.0 Chrome/109.0.5414.86 MQQBrowser/14.8 Mobile Safari/537.36`,
  ],
  [
    'a phone with HarmonyOS 4',
    `Mozilla/5.0 (Linux; Android 12; HarmonyOS; ALN-AL00; HMSCore 6.13.0.302) ${webkit} Chrome/114.0.5735.196 HuaweiBrowser/15.0.4.312 Mobile Safari/537.36`,
  ],
  [
    'a phone with HarmonyOS NEXT',
    `Mozilla/5.0 (Phone; OpenHarmony 5.0) ${webkit} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.1.4.300`,
  ],
  [
    'Windows Phone',
    `Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) ${webkit} Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254`,
  ],
  ['Opera Mini', 'Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16'],
  [
    "Alipay's browser on an iPhone",
    `${iPhone} Mobile/21F90 NebulaSDK/1.8.100112 Nebula PSDType(1) AlipayDefined(nt:WIFI,ws:390|780|3.0) AliApp(AP/10.6.20.6000) AlipayClient/10.6.20.6000 Language/zh-Hans`,
  ],
  [
    "Alipay's browser on Android",
    `Mozilla/5.0 (Linux; U; Android 13; zh-CN; V2049A Build/TP1A.220624.014) ${webkit} Version/4.0 Chrome/105.0.5195.148 MYWeb/1.3.103 UWS/3.22.2.68 UCBS/3.22.2.68 Mobile Safari/537.36 NebulaSDK/1.8.100112 Nebula AlipayDefined(nt:WIFI,ws:393|0|2.75) AliApp(AP/10.5.96.8000) AlipayClient/10.5.96.8000 Language/zh-Hans`,
  ],
  [
    "Alipay's browser on a tablet",
    'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/20G75 AliApp(AP/10.5.20.6000) AlipayClient/10.5.20.6000 Language/zh-Hans',
  ],
  ['Taobao’s browser', `${iPhone} Mobile/21F90 AliApp(TB/10.38.10) WindVane/8.8.1 1125x2436 WK`],
])('takes %s for a phone', (_what, userAgent) => {
  expect(browserOf(userAgent)).toBe('phone')
})

it.each([
  ['an iPhone', `${iPhone} Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN`],
  [
    'Android',
    `Mozilla/5.0 (Linux; Android 14; 23127PN0CC Build/UKQ1.230804.001; wv) ${webkit} Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240501 MMWEBID/5628 MicroMessenger/8.0.50.2701(0x28003253) WeChat/arm64 Weixin NetType/WIFI Language/zh_CN ABI/arm64`,
  ],
  [
    'Windows',
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/116.0.0.0 Safari/537.36 NetType/WIFI MicroMessenger/7.0.20.1781(0x6700143B) WindowsWechat(0x63090c11) XWEB/11275 Flue`,
  ],
  [
    'a Mac',
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) MicroMessenger/6.8.0(0x16080000) NetType/WIFI MiniProgramEnv/Mac MacWechat/WMPF XWEB/30803`,
  ],
  [
    'HarmonyOS NEXT',
    `Mozilla/5.0 (Phone; OpenHarmony 5.0) ${webkit} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile MicroMessenger/1.0.5(0xf3800500) Weixin NetType/WIFI`,
  ],
  ['WeCom', `${iPhone} Mobile/15E148 wxwork/4.1.26 MicroMessenger/7.0.1 Language/zh ColorScheme/Light`],
  ['a phone that also names Alipay', `${iPhone} MicroMessenger/8.0.49 AlipayClient/10.6.20`],
])("takes WeChat on %s for WeChat's browser", (_what, userAgent) => {
  expect(browserOf(userAgent)).toBe('wechat')
})

it.each([
  ['Chrome of Windows', `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131.0.0.0 Safari/537.36`],
  [
    'Safari of a Mac, and of an iPad since iPadOS 13',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
  ],
  ['Firefox of Linux', 'Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0'],
  ['Internet Explorer', 'Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; Tablet PC 2.0; rv:11.0) like Gecko'],
  [
    'an older iPad',
    'Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1',
  ],
  ['a tablet with Android', `Mozilla/5.0 (Linux; Android 10; K) ${webkit} Chrome/131.0.0.0 Safari/537.36`],
  ['Firefox of a tablet', 'Mozilla/5.0 (Android 14; Tablet; rv:132.0) Gecko/132.0 Firefox/132.0'],
  [
    'a tablet with HarmonyOS NEXT',
    `Mozilla/5.0 (Tablet; OpenHarmony 5.0) ${webkit} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.1.4.300`,
  ],
  [
    'a computer with HarmonyOS',
    `Mozilla/5.0 (PC; OpenHarmony 5.0) ${webkit} Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 HuaweiBrowser/5.1.4.300`,
  ],
  ['curl', 'curl/8.5.0'],
  ['a server', 'node'],
  ['an empty header', ''],
  ['no header', undefined],
])('takes %s for a desk', (_what, userAgent) => {
  expect(browserOf(userAgent)).toBe('desk')
})

it.each([
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'TelegramBot (like TwitterBot)',
  'WhatsApp/2.23.20.0 A',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
  `Mozilla/5.0 ${webkit} SkypeUriPreview Preview/0.5`,
])('takes %s for a reader of links', userAgent => {
  expect(isLinkReader(userAgent)).toBe(true)
})

it.each([
  `Mozilla/5.0 (Linux; Android 13; CUBOT X70) ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36`,
  `${iPhone} Version/17.5 Mobile/15E148 Safari/604.1`,
  'node',
  undefined,
])('takes %s for no reader of links', userAgent => {
  expect(isLinkReader(userAgent)).toBe(false)
})
