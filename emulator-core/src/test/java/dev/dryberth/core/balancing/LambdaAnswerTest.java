package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.function.Invocation;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

class LambdaAnswerTest {

    private static LambdaAnswer answer(String json, boolean multiValue) {
        return LambdaAnswer.of(
                new Invocation.Returned(json.getBytes(StandardCharsets.UTF_8)), multiValue);
    }

    /** {@code status reason|name: value, name: value|body}; or the reason code. */
    private static String text(LambdaAnswer answer) {
        return switch (answer) {
            case LambdaAnswer.Refused refused -> refused.error().code();
            case LambdaAnswer.Answered answered ->
                    answered.status()
                            + " "
                            + answered.reason()
                            + "|"
                            + answered.headers().stream()
                                    .map(each -> each.name() + ": " + each.value())
                                    .collect(Collectors.joining(", "))
                            + "|"
                            + new String(answered.body(), StandardCharsets.UTF_8);
        };
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{'statusCode':200}                                          # 200 null||",
                "{'statusCode':200,'statusDescription':'200 Fine'}           # 200 Fine||",
                "{'statusCode':200,'statusDescription':'Fine'}               # 200 Fine||",
                "{'statusCode':200,'statusDescription':' '}                  # 200 null||",
                "{'statusCode':200,'statusDescription':null,'body':null,'headers':null,'isBase64Encoded':null} # 200 null||",
                "{'statusCode':599,'body':'k\u00e4se'}                       # 599 null||k\u00e4se",
                "{'statusCode':200,'body':'aGk=','isBase64Encoded':true}     # 200 null||hi",
                "{'statusCode':200,'body':'aGk=','isBase64Encoded':false}    # 200 null||aGk=",
                "{'statusCode':200,'headers':{'A':'1','B':'2'}}              # 200 null|A: 1, B: 2|",
                "{'statusCode':200,'headers':{'Connection':'close','Transfer-Encoding':'chunked','Content-Length':'9','Upgrade':'x','TE':'x','Trailer':'x','Keep-Alive':'x','Proxy-Connection':'x'}} # 200 null||",
                "{'statusCode':200,'multiValueHeaders':{'A':['1']},'cookies':[{}]} # 200 null||",
                "{'statusCode':200,'multiValueHeaders':'any'}                # 200 null||",
                "{}                                                          # LambdaInvalidResponse",
                "{'statusCode':null}                                         # LambdaInvalidResponse",
                "{'statusCode':'200'}                                        # LambdaInvalidResponse",
                "{'statusCode':200.5}                                        # LambdaInvalidResponse",
                "{'statusCode':101}                                          # LambdaInvalidResponse",
                "{'statusCode':600}                                          # LambdaInvalidResponse",
                "{'statusCode':99999999999}                                  # LambdaInvalidResponse",
                "{'statusCode':200,'body':{'a':1}}                           # LambdaInvalidResponse",
                "{'statusCode':200,'body':'!','isBase64Encoded':true}        # LambdaInvalidResponse",
                "{'statusCode':200,'isBase64Encoded':'true'}                 # LambdaInvalidResponse",
                "{'statusCode':200,'statusDescription':'a\\nb'}              # LambdaInvalidResponse",
                "{'statusCode':200,'statusDescription':1}                    # LambdaInvalidResponse",
                "{'statusCode':200,'headers':[]}                             # LambdaInvalidResponse",
                "{'statusCode':200,'headers':{'A':1}}                        # LambdaInvalidResponse",
                "{'statusCode':200,'headers':{'A':'1\\r\\nB: 2'}}            # LambdaInvalidResponse",
                "{'statusCode':200,'headers':{'A':'\u20ac'}}                 # LambdaInvalidResponse",
                "{'statusCode':200,'headers':{'A':'\\u007f'}}                # LambdaInvalidResponse",
                "{'statusCode':200,'headers':{'A':'\\t\u00e4'}}              # 200 null|A: \t\u00e4|",
                "{'statusCode':200,'headers':{'A B':'1'}}                    # LambdaInvalidResponse",
                "{'statusCode':200,'headers':{'':'1'}}                       # LambdaInvalidResponse",
                "{'statusCode':200,'headers':{'A:':'1'}}                     # LambdaInvalidResponse",
                "{'statusCode':200,'headers':{'\u00e4':'1'}}                 # LambdaInvalidResponse",
                "{'statusCode':200                                           # LambdaInvalidResponse",
                "{'statusCode':200} {}                                       # LambdaInvalidResponse",
                "null                                                        # LambdaInvalidResponse",
                "'hello'                                                     # LambdaInvalidResponse",
                "``                                                          # LambdaInvalidResponse"
            })
    void readsAResult(String json, String expected) {
        assertThat(text(answer(json.replace('\'', '"'), false)).strip())
                .isEqualTo(expected.strip());
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "{'statusCode':200,'multiValueHeaders':{'A':['1','2'],'B':[]}} # 200 null|A: 1, A: 2|",
                "{'statusCode':200,'multiValueHeaders':null,'headers':{'A':1}} # 200 null||",
                "{'statusCode':200,'multiValueHeaders':{'A':'1'}}              # LambdaInvalidResponse",
                "{'statusCode':200,'multiValueHeaders':{'A':[1]}}              # LambdaInvalidResponse"
            })
    void readsAResultWithSeveralValuesOfAHeader(String json, String expected) {
        assertThat(text(answer(json.replace('\'', '"'), true))).isEqualTo(expected.strip());
    }

    @Test
    void takesOneMegabyteAndNoMore() {
        String frame = "{\"statusCode\":200,\"body\":\"\"}";
        String most = "x".repeat(LambdaAnswer.MAX_BYTES - frame.length());

        assertThat(answer(frame.replace("\"\"", "\"" + most + "\""), false))
                .isInstanceOf(LambdaAnswer.Answered.class);
        assertThat(text(answer(frame.replace("\"\"", "\"" + most + "x\""), false)))
                .isEqualTo("LambdaResponseTooLarge");
    }

    @Test
    void blamesTheFunctionForItsFailure() {
        byte[] failure = "{\"errorMessage\":\"oops\"}".getBytes(StandardCharsets.UTF_8);
        LambdaAnswer answer = LambdaAnswer.of(new Invocation.Failed("Unhandled", failure), false);

        assertThat(answer)
                .isEqualTo(
                        new LambdaAnswer.Refused(
                                LambdaError.UNHANDLED,
                                "the function failed (Unhandled): {\"errorMessage\":\"oops\"}"));
        assertThat(LambdaAnswer.of(new Invocation.Failed("Handled", new byte[1000]), false))
                .satisfies(refused ->
                        assertThat(((LambdaAnswer.Refused) refused).why()).hasSizeLessThan(400));
    }

    @ParameterizedTest
    @EnumSource
    void saysWhyAFunctionWasNotCalled(Invocation.Cause cause) {
        String expected =
                switch (cause) {
                    case NOT_FOUND -> "LambdaResourceNotFound 502 true";
                    case ACCESS_DENIED -> "LambdaAccessDenied 502 true";
                    case THROTTLED -> "LambdaThrottling 502 true";
                    case REQUEST_TOO_LARGE -> "LambdaRequestTooLarge 413 true";
                    case RESPONSE_TOO_LARGE -> "LambdaResponseTooLarge 502 true";
                    case CONNECTION_TIMED_OUT -> "LambdaConnectionTimeout 504 false";
                    case SERVICE_FAILED -> "LambdaServiceException 502 false";
                };
        LambdaAnswer answer =
                LambdaAnswer.of(new Invocation.NotInvoked(cause, "for a reason"), false);

        assertThat(answer).isInstanceOf(LambdaAnswer.Refused.class);
        LambdaAnswer.Refused refused = (LambdaAnswer.Refused) answer;
        assertThat(refused.why()).isEqualTo("for a reason");
        assertThat(
                        refused.error().code()
                                + " "
                                + refused.error().answer().status()
                                + " "
                                + refused.error().isUsers())
                .isEqualTo(expected);
    }
}
