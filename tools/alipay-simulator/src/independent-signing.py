"""Alipay's own Python SDK as the merchant: signs, sends, and checks what comes back. JSON in on stdin, JSON out."""

import http.client
import json
import sys
from urllib.parse import urlparse

from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.request.AlipayTradeCloseRequest import AlipayTradeCloseRequest
from alipay.aop.api.request.AlipayTradePagePayRequest import AlipayTradePagePayRequest
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.util import WebUtils
from alipay.aop.api.util.SignatureUtils import get_sign_content, verify_with_rsa


def connection_with_port(url, query_string, timeout):
    """The SDK knows ports 80 and 443 only; nothing but the address is changed here."""
    target = urlparse(url)
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=timeout)
    return target.path + "?" + query_string, connection


WebUtils.get_http_connection = connection_with_port
asked = json.load(sys.stdin)
config = AlipayClientConfig()
config.server_url = asked["gatewayUrl"]
config.app_id = asked["appId"]
config.app_private_key = asked["appPrivateKey"]
config.alipay_public_key = asked["alipayPublicKey"]
client = DefaultAlipayClient(config)


def verified(fields):
    signed = {name: value for name, value in fields.items() if name not in ("sign", "sign_type")}
    try:
        return verify_with_rsa(asked["alipayPublicKey"], get_sign_content(signed).encode("utf-8"), fields["sign"])
    except Exception:
        return False


def page_pay():
    request = AlipayTradePagePayRequest()
    request.biz_content = asked["bizContent"]
    request.notify_url = asked["notifyUrl"]
    request.return_url = asked["returnUrl"]
    return client.page_execute(request, http_method="GET")


def call(request):
    # execute() raises unless the reply's signature is Alipay's.
    request.biz_content = asked["bizContent"]
    return json.loads(client.execute(request))


actions = {
    "pagePay": page_pay,
    "query": lambda: call(AlipayTradeQueryRequest()),
    "close": lambda: call(AlipayTradeCloseRequest()),
    "refund": lambda: call(AlipayTradeRefundRequest()),
    "verify": lambda: [verified(fields) for fields in asked["signed"]],
}
json.dump(actions[asked["action"]](), sys.stdout)
