"""Alipay's own Python SDK as the merchant: signs, sends, and verifies replies. Reads JSON from stdin and writes JSON."""

import http.client
import json
import sys
from urllib.parse import urlparse

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.request.AlipayTradeAppPayRequest import AlipayTradeAppPayRequest
from alipay.aop.api.request.AlipayTradeCloseRequest import AlipayTradeCloseRequest
from alipay.aop.api.request.AlipayTradePagePayRequest import AlipayTradePagePayRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.util import WebUtils
from alipay.aop.api.util.SignatureUtils import get_sign_content, verify_with_rsa


def connection_with_port(url, query_string, timeout):
    """The SDK supports ports 80 and 443 only. This changes nothing but the address."""
    target = urlparse(url)
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=timeout)
    return target.path + "?" + query_string, connection


WebUtils.get_http_connection = connection_with_port
settings = json.load(sys.stdin)
config = AlipayClientConfig()
config.server_url = settings["gatewayUrl"]
config.app_id = settings["appId"]
config.app_private_key = settings["appPrivateKey"]
config.alipay_public_key = settings["alipayPublicKey"]
client = DefaultAlipayClient(config)


def verified(fields):
    signed = {name: value for name, value in fields.items() if name not in ("sign", "sign_type")}
    try:
        return verify_with_rsa(settings["alipayPublicKey"], get_sign_content(signed).encode("utf-8"), fields["sign"])
    except Exception:
        return False


def prepared(request, step):
    """This SDK has no certificate mode of its own; it signs the numbers like any other parameter."""
    request.biz_content = step["bizContent"]
    request.notify_url = step["notifyUrl"]
    for name, value in step.get("numbers", {}).items():
        request.add_other_text_param(name, value)
    return request


def page_pay(step):
    request = prepared(AlipayTradePagePayRequest(), step)
    request.return_url = step["returnUrl"]
    return client.page_execute(request, http_method="GET")


def call(request, step):
    # execute() raises when the reply's signature is invalid.
    request.biz_content = step["bizContent"]
    return json.loads(client.execute(request))


actions = {
    "pagePay": page_pay,
    "appPay": lambda step: client.sdk_execute(prepared(AlipayTradeAppPayRequest(), step)),
    "query": lambda step: call(AlipayTradeQueryRequest(), step),
    "close": lambda step: call(AlipayTradeCloseRequest(), step),
    "refund": lambda step: call(AlipayTradeRefundRequest(), step),
    "verify": lambda step: [verified(fields) for fields in step["signed"]],
}
json.dump([actions[step["action"]](step) for step in settings["actions"]], sys.stdout)
