package dev.dryberth.core.balancing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dryberth.core.balancing.RouteTable.Action.Redirect;
import dev.dryberth.core.balancing.RouteTable.Transform;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class RequestUrlTest {

    private static RequestUrl url(String target) {
        int question = target.indexOf('?');
        return new RequestUrl(
                "http",
                "shop.com",
                80,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? null : target.substring(question + 1));
    }

    @ParameterizedTest(name = "{0} by {1} {2} {3} {4} {5}")
    @CsvSource({
        "/a/b?c=d, HTTPS, #{host}, 443, /#{path}, #{query}, https://shop.com:443/a/b?c=d",
        "/a, HTTPS, #{host}, 443, /#{path}, #{query}, https://shop.com:443/a",
        "/a?, HTTPS, #{host}, 443, /#{path}, #{query}, https://shop.com:443/a",
        "/, #{protocol}, www.#{host}, #{port}, /#{path}, '', http://www.shop.com:80/",
        "/a?b, HTTP, x.com, 8080, /new/#{path}/#{port}, '#{query}&p=#{path}', http://x.com:8080/new/a/80?b&p=a",
        "/a, HTTP, #{host}, 80, /#{other}#{, '', http://shop.com:80/#{other}#{",
        "/#{host}, HTTP, #{host}, 80, /#{path}, '', http://shop.com:80/#{host}"
    })
    void fillsTheLocationOfARedirect(
            String target,
            String protocol,
            String host,
            String port,
            String path,
            String query,
            String location) {
        Redirect redirect = new Redirect(301, protocol, host, port, path, query);
        assertThat(url(target).redirectedBy(redirect)).isEqualTo(location);
    }

    @ParameterizedTest(name = "{0} by {1} -> {2}")
    @CsvSource({
        "/api/v1/x?y,  ^/api/v1/(.*)$,  /$1,        /x?y",
        "/a/a,         a,               b,          /b/a",
        "/a,           zzz,             b,          /a",
        "/a?b=1,       '\\?b=1',        '',         /a",
        "/a,           /a,              'no slash', /a",
        "/a,           /a,              relative,   /a",
        "/a,           '.*',            '',         /a",
        "/a,           '(/a)|(b)',      '$1$2$7$',  /a$",
        "/a,           a,               b?q=1,      /b?q=1"
    })
    void rewritesPathAndQueryWhereTheResultCanStandInARequest(
            String target, String regex, String replace, String expected) {
        RequestUrl rewritten =
                url(target).transformedBy(List.of(new Transform.UrlRewrite(regex, replace)));
        assertThat(rewritten.target()).isEqualTo(expected);
    }

    @Test
    void rewritesTheHostWithoutCase() {
        List<Transform> transforms =
                List.of(
                        new Transform.HostHeaderRewrite("^SHOP\\.(.*)$", "internal.$1"),
                        new Transform.UrlRewrite("^/", "/in/"));
        RequestUrl rewritten = url("/x?y").transformedBy(transforms);
        assertThat(rewritten.host()).isEqualTo("internal.com");
        assertThat(rewritten.target()).isEqualTo("/in/x?y");
        assertThat(
                        url("/").transformedBy(
                                        List.of(new Transform.HostHeaderRewrite(".*", "a\r\nb")))
                                .host())
                .isEqualTo("shop.com");
    }

    @Test
    void leavesAnUrlAloneWhoseExpressionTakesForEver() {
        String target = "/" + "a".repeat(5000) + "!";
        List<Transform> transforms = List.of(new Transform.UrlRewrite("^(/a+)+(a+)+$", "/b"));
        assertThat(url(target).transformedBy(transforms).target()).isEqualTo(target);
    }
}
