package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import dev.dryberth.core.balancing.RouteTable.Condition;
import dev.dryberth.core.balancing.RouteTable.KeyValue;
import dev.dryberth.core.balancing.RouteTable.Rule;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

class RuleMatcherTest {

    private static Rule rule(int priority, Condition... conditions) {
        return new Rule("rule-" + priority, priority, List.of(conditions), List.of(), List.of());
    }

    private static boolean holds(Condition condition, RequestHead request) {
        return RuleMatcher.of(List.of(rule(1, condition))).match(request) != null;
    }

    private static Condition host(String... values) {
        return new Condition.HostHeader(List.of(values), List.of());
    }

    private static Condition path(String... values) {
        return new Condition.PathPattern(List.of(values), List.of());
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource({
        "shop.com,        shop.com,       true",
        "Shop.COM,        sHOP.com,       true",
        "shop.com,        shop.com.evil,  false",
        "shop.com,        a.shop.com,     false",
        "*.shop.com,      a.shop.com,     true",
        "*.shop.com,      a.b.shop.com,   true",
        "*.shop.com,      .shop.com,      true",
        "*.shop.com,      shop.com,       false",
        "a?.shop.com,     ab.shop.com,    true",
        "a?.shop.com,     a.shop.com,     false",
        "*.*,             a.b,            true",
        "*.SHOP.*,        a.shop.de,      true"
    })
    void comparesHostsWithoutCase(String pattern, String host, boolean expected) {
        assertThat(holds(host(pattern), Heads.get(host + "/"))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource({
        "/img,       /img,            true",
        "/img,       /IMG,            false",
        "/img,       /img/,           false",
        "/img/*,     /img/,           true",
        "/img/*,     /img/a/b.png,    true",
        "/img/*,     /img,            false",
        "/img*,      /img,            true",
        "*.png,      /a/b.png,        true",
        "*.png,      /a/b.pngx,       false",
        "/a?c,       /abc,            true",
        "/a?c,       /a/c,            true",
        "/a?c,       /ac,             false",
        "/*/x/*/y,   /1/x/2/x/3/y,    true",
        "/*/x/*/y,   /1/x/y,          false",
        "/a%20b,     /a%20b,          true",
        "/a%20b,     /a b,            false",
        "*,          /,               true",
        "/,          /,               true",
        "/a,         /a?b=/c,         true",
        "**,         /abc,            true",
        "/a*b*c,     /a-b-b-c,        true",
        "/a*?,       /a,              false"
    })
    void comparesPathsWithCaseAndWithoutTheQuery(String pattern, String target, boolean expected) {
        assertThat(holds(path(pattern), Heads.get("h" + target))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource({
        "^/v[0-9]+/,  /v12/a, true",
        "^/v[0-9]+/,  /V12/a, false",
        "a$,          /b/a,   true"
    })
    void findsExpressionsInPaths(String regex, String path, boolean expected) {
        Condition condition = new Condition.PathPattern(List.of(), List.of(regex));
        assertThat(holds(condition, Heads.get("h" + path))).isEqualTo(expected);
    }

    @Test
    void findsExpressionsInHostsAndHeadersWithoutCase() {
        Condition host = new Condition.HostHeader(List.of(), List.of("^a[0-9]\\.com$"));
        assertThat(holds(host, Heads.get("A1.com/"))).isTrue();
        assertThat(holds(host, Heads.get("ab.com/"))).isFalse();
        Condition header = new Condition.HttpHeader("X-Who", List.of(), List.of("bot|spider"));
        assertThat(holds(header, Heads.get("a/").header("x-who", "a Spider"))).isTrue();
        assertThat(holds(header, Heads.get("a/").header("x-who", "a person"))).isFalse();
    }

    @Test
    void givesUpOnAnExpressionThatWouldTakeForEver() {
        Condition condition = new Condition.PathPattern(List.of(), List.of("^(/a+)+(a+)+$"));
        assertThat(holds(condition, Heads.get("h/" + "a".repeat(5000) + "!"))).isFalse();
    }

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource({
        "*chrome*,   Mozilla Chrome 1,  true",
        "chrome,     Mozilla Chrome 1,  false",
        "CHROME,     chrome,            true",
        "a?,         AB,                true"
    })
    void comparesHeadersWithoutCase(String pattern, String value, boolean expected) {
        Condition condition = new Condition.HttpHeader("User-Agent", List.of(pattern), List.of());
        assertThat(holds(condition, Heads.get("h/").header("user-agent", value)))
                .isEqualTo(expected);
    }

    @Test
    void asksEveryHeaderOfTheName() {
        Condition condition = new Condition.HttpHeader("X-A", List.of("one", "two"), List.of());
        assertThat(holds(condition, Heads.get("h/"))).isFalse();
        assertThat(holds(condition, Heads.get("h/").header("x-b", "two"))).isFalse();
        assertThat(holds(condition, Heads.get("h/").header("x-a", "no").header("X-A", "two")))
                .isTrue();
    }

    @Test
    void comparesMethodsExactly() {
        Condition condition = new Condition.HttpRequestMethod(List.of("GET", "PURGE"));
        assertThat(holds(condition, Heads.get("h/").method("PURGE"))).isTrue();
        assertThat(holds(condition, Heads.get("h/").method("purge"))).isFalse();
        assertThat(holds(condition, Heads.get("h/").method("POST"))).isFalse();
    }

    @ParameterizedTest(name = "{0}={1} on {2}: {3}")
    @CsvSource(
            nullValues = "-",
            value = {
                "version, v1,     version=v1,        true",
                "version, v1,     a=b&VERSION=V1,    true",
                "version, v1,     version=v2,        false",
                "version, v1,     xversion=v1,       false",
                "version, v*,     version=v2&a,      true",
                "-,       *full*, a=1&b=unfulled,    true",
                "-,       v1,     a=v2&b=v1,         true",
                "-,       v1,     v1,                false",
                "-,       '',     v1,                true",
                "a?,      1,      ab=1,              true",
                "a,       '',     a,                 true",
                "a,       \\*,    a=*,               true",
                "a,       \\*,    a=b,               false",
                "a,       x\\?,   a=x?,              true",
                "a,       x\\?,   a=xy,              false",
                "a,       x\\y,   a=x\\y,            true",
                "a,       x\\,    a=x\\,             true",
                "a,       %41,    a=A,               false",
                "a,       1,      -,                 false"
            })
    void comparesQueryParametersAsSent(
            @Nullable String key, String value, @Nullable String query, boolean expected) {
        Condition condition = new Condition.QueryString(List.of(new KeyValue(key, value)));
        String target = query == null ? "h/" : "h/?" + query;
        assertThat(holds(condition, Heads.get(target))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} holds {1}: {2}")
    @CsvSource({
        "10.0.0.0/8,        10.255.1.2,     true",
        "10.0.0.0/8,        11.0.0.1,       false",
        "10.1.2.0/23,       10.1.3.9,       true",
        "10.1.2.0/23,       10.1.4.9,       false",
        "10.1.2.3/32,       10.1.2.3,       true",
        "10.1.2.3/32,       10.1.2.4,       false",
        "10.1.2.3,          10.1.2.3,       true",
        "0.0.0.0/0,         1.2.3.4,        true",
        "0.0.0.0/0,         ::1,            false",
        "2001:db8::/32,     2001:db8:1::1,  true",
        "2001:db8::/33,     2001:db8:8000::1, false",
        "10.0.0.0/33,       10.0.0.0,       false",
        "10.0.0.0/-1,       10.0.0.0,       false",
        "nonsense/8,        10.0.0.0,       false"
    })
    void knowsAddressRanges(String cidr, String peer, boolean expected) {
        Condition condition = new Condition.SourceIp(List.of("192.0.2.0/24", cidr));
        assertThat(holds(condition, Heads.get("h/").from(peer))).isEqualTo(expected);
    }

    @Test
    void doesNotTakeTheForwardedAddressForThePeer() {
        Condition condition = new Condition.SourceIp(List.of("10.0.0.0/8"));
        assertThat(holds(condition, Heads.get("h/").header("X-Forwarded-For", "10.0.0.1")))
                .isFalse();
    }

    @Test
    void wantsAllConditionsAndAnyOfTheirValues() {
        RuleMatcher matcher =
                RuleMatcher.of(List.of(rule(1, host("a.com", "b.com"), path("/x", "/y/*"))));
        assertThat(matcher.match(Heads.get("b.com/y/1"))).isNotNull();
        assertThat(matcher.match(Heads.get("b.com/z"))).isNull();
        assertThat(matcher.match(Heads.get("c.com/x"))).isNull();
    }

    @Test
    void takesTheFirstRuleThatHolds() {
        RuleMatcher matcher =
                RuleMatcher.of(
                        List.of(
                                rule(1, host("*.shop.com")),
                                rule(2, path("/a/*")),
                                rule(3, path("/b/*")),
                                rule(4, host("api.com"), path("/a/x")),
                                rule(5, host("api.com"))));
        assertThat(priority(matcher, "x.shop.com/a/1")).isEqualTo(1);
        assertThat(priority(matcher, "api.com/a/x")).isEqualTo(2);
        assertThat(priority(matcher, "api.com/c")).isEqualTo(5);
        assertThat(priority(matcher, "other.com/c")).isZero();
    }

    private static int priority(RuleMatcher matcher, String request) {
        Rule rule = matcher.match(Heads.get(request));
        return rule == null ? 0 : rule.priority();
    }

    /** The files are only a short cut: what they find is what asking one after another finds. */
    @Test
    void findsTheSameAsAskingEveryRule() {
        long seed = 20_261_125;
        Random random = new Random(seed);
        String[] hosts = {"a.com", "b.com", "*.com", "?.com", "A.COM"};
        String[] paths = {"/", "/x", "/x/*", "/x*", "/y/z", "/y/*", "*", "/?/z", "/y/z*"};
        for (int world = 0; world < 300; world++) {
            List<Rule> rules = new ArrayList<>();
            for (int priority = 1; priority <= 1 + random.nextInt(12); priority++) {
                List<Condition> conditions = new ArrayList<>();
                if (random.nextBoolean()) {
                    conditions.add(host(any(hosts, random), any(hosts, random)));
                }
                if (random.nextBoolean() || conditions.isEmpty()) {
                    conditions.add(path(any(paths, random), any(paths, random)));
                }
                rules.add(rule(priority, conditions.toArray(Condition[]::new)));
            }
            RuleMatcher matcher = RuleMatcher.of(rules);
            for (String host : List.of("a.com", "b.com", "c.com", "d.org")) {
                for (String path : List.of("/", "/x", "/x/1", "/xy", "/y/z", "/y/zz", "/q/z")) {
                    RequestHead request = Heads.get(host + path);
                    Rule expected =
                            rules.stream()
                                    .filter(each ->
                                            new CompiledConditions(each.conditions())
                                                    .holds(request))
                                    .findFirst()
                                    .orElse(null);
                    assertThat(matcher.match(request))
                            .as("seed %d world %d: %s%s in %s", seed, world, host, path, rules)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static String any(String[] values, Random random) {
        return values[random.nextInt(values.length)];
    }

    /** Counted, not timed: how many conditions ten thousand rules make a request ask. */
    @Test
    void asksFewRulesOfTenThousand() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 1; i <= 10_000; i++) {
            rules.add(rule(i, host("api.com"), path("/service-" + i + "/*")));
        }
        RuleMatcher matcher = RuleMatcher.of(rules);
        AtomicInteger asked = new AtomicInteger();
        RequestHead request = new CountingHead(Heads.get("api.com/service-9999/x"), asked);
        assertThat(requireNonNull(matcher.match(request)).priority()).isEqualTo(9999);
        assertThat(asked.get()).isLessThan(10);
    }

    private record CountingHead(RequestHead head, AtomicInteger asked) implements RequestHead {

        @Override
        public String method() {
            return head.method();
        }

        @Override
        public String host() {
            asked.incrementAndGet();
            return head.host();
        }

        @Override
        public String path() {
            asked.incrementAndGet();
            return head.path();
        }

        @Override
        public @Nullable String query() {
            return head.query();
        }

        @Override
        public List<String> headers(String name) {
            return head.headers(name);
        }

        @Override
        public byte[] peer() {
            return head.peer();
        }
    }
}
