import com.alibaba.fastjson.JSON;
import com.alibaba.fastjson.JSONObject;
import com.alipay.api.AlipayApiException;
import com.alipay.api.AlipayConfig;
import com.alipay.api.AlipayRequest;
import com.alipay.api.AlipayResponse;
import com.alipay.api.DefaultAlipayClient;
import com.alipay.api.internal.util.AlipaySignature;
import com.alipay.api.internal.util.AntCertificationUtil;
import com.alipay.api.request.AlipayTradeAppPayRequest;
import com.alipay.api.request.AlipayTradePagePayRequest;
import com.alipay.api.request.AlipayTradeQueryRequest;
import com.alipay.api.request.AlipayTradeRefundRequest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Alipay's own Java SDK as the merchant, in certificate mode. Reads the settings and then actions from stdin, and writes
 * the result of each to stdout: one line of JSON each.
 */
public class IndependentSigning {
  private static JSONObject settings;
  private static DefaultAlipayClient client;

  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    settings = JSON.parseObject(lines.readLine());
    client = newClient();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      results.println(JSON.toJSONString(answer(JSON.parseObject(line))));
    }
  }

  private static DefaultAlipayClient newClient() throws AlipayApiException {
    AlipayConfig config = new AlipayConfig();
    config.setServerUrl(settings.getString("gatewayUrl"));
    config.setAppId(settings.getString("appId"));
    config.setPrivateKey(settings.getString("appPrivateKey"));
    config.setAppCertContent(settings.getString("appCertificate"));
    config.setAlipayPublicCertContent(settings.getString("alipayCertificate"));
    config.setRootCertContent(settings.getString("rootCertificates"));
    return new DefaultAlipayClient(config);
  }

  private static Map<String, Object> answer(JSONObject step) {
    Map<String, Object> answer = new HashMap<>();
    try {
      answer.put("result", result(step));
    } catch (Exception error) {
      answer.put("error", String.valueOf(error.getMessage()));
    }
    return answer;
  }

  private static Object result(JSONObject step) throws Exception {
    switch (step.getString("action")) {
      case "numbers":
        return Map.of(
            "app", numberOf("appCertificate"),
            "alipay", numberOf("alipayCertificate"),
            "roots", AntCertificationUtil.getRootCertSN(settings.getString("rootCertificates")));
      case "sign": {
        String text = AlipaySignature.getSignContent(textsOf(step, "parameters"));
        String key = settings.getString("appPrivateKey");
        return Map.of("text", text, "sign", AlipaySignature.rsaSign(text, key, "UTF-8", "RSA2"));
      }
      case "pagePay":
        return client.pageExecute(prepared(new AlipayTradePagePayRequest(), step), "GET").getBody();
      case "appPay":
        return client.sdkExecute(prepared(new AlipayTradeAppPayRequest(), step)).getBody();
      // These two throw when the reply's signature or the certificate it names is not valid.
      case "query":
        return JSON.parse(client.certificateExecute(prepared(new AlipayTradeQueryRequest(), step)).getBody());
      case "refund":
        return JSON.parse(client.certificateExecute(prepared(new AlipayTradeRefundRequest(), step)).getBody());
      case "verify":
        return AlipaySignature.rsaCertCheckV1(
            textsOf(step, "fields"), step.getString("certificateFile"), "UTF-8", "RSA2");
      default:
        throw new IllegalArgumentException("unknown action");
    }
  }

  private static String numberOf(String certificate) throws AlipayApiException {
    return AntCertificationUtil.getCertSN(AntCertificationUtil.getCertFromContent(settings.getString(certificate)));
  }

  private static <T extends AlipayResponse, R extends AlipayRequest<T>> R prepared(R request, JSONObject step)
      throws Exception {
    request.getClass().getMethod("setBizContent", String.class).invoke(request, step.getString("bizContent"));
    request.setNotifyUrl(step.getString("notifyUrl"));
    request.setReturnUrl(step.getString("returnUrl"));
    return request;
  }

  private static Map<String, String> textsOf(JSONObject step, String name) {
    Map<String, String> texts = new HashMap<>();
    step.getJSONObject(name).forEach((key, value) -> texts.put(key, String.valueOf(value)));
    return texts;
  }
}
