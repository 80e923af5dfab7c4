package dev.dryberth.cli.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class VisitsTest {

    private static final Visits.Wanted ANY = new Visits.Wanted(null, null, "/");

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong);
        }
    }

    private static final JsonNode BALANCERS =
            json(
                    """
                    {'loadBalancers':[{'name':'web','dnsName':'web.elb.localhost','address':'127.1.0.7','listeners':[
                      {'arn':'arn:x:listener/app/web/1/aa','protocol':'UDP','port':53,'targetGroups':[{'arn':'blue'}]},
                      {'arn':'arn:x:listener/app/web/1/bb','protocol':'HTTPS','port':443,'targetGroups':[{'arn':'other'}]},
                      {'arn':'arn:x:listener/app/web/1/cc','protocol':'HTTP','port':80,'targetGroups':[{'arn':'blue'}]}]}]}
                    """);

    private static JsonNode service(String more) {
        return json("{'loadBalancers':[{'targetGroupArn':'blue'" + more + "}]}");
    }

    @Test
    void goThroughTheFirstListenerThatForwardsToTheService() {
        assertThat(Visits.of(BALANCERS, service(""), ANY))
                .isEqualTo(
                        new Visits(
                                java.net.URI.create("http://127.1.0.7:80/"), "web.elb.localhost"));
    }

    @Test
    void goThroughTheListenerOfTheProductionRule() {
        JsonNode service =
                service(
                        ",'advancedConfiguration':{'productionListenerRule':'arn:x:listener-rule/app/web/1/bb/dd'}");
        assertThat(Visits.of(BALANCERS, service, new Visits.Wanted(null, "shop.com", "/a")))
                .isEqualTo(new Visits(java.net.URI.create("https://127.1.0.7:443/a"), "shop.com"));
    }

    @Test
    void goWhereTheUserSays() {
        Visits visits = Visits.of(BALANCERS, service(""), new Visits.Wanted(443, null, "/"));
        assertThat(visits).extracting(each -> each.url().getScheme()).isEqualTo("https");
        assertThatThrownBy(
                        () -> Visits.of(BALANCERS, service(""), new Visits.Wanted(53, null, "/")))
                .isInstanceOf(RehearsalException.class);
    }

    @Test
    void areNoneWithoutALoadBalancer() {
        assertThat(Visits.of(BALANCERS, json("{'loadBalancers':[]}"), ANY)).isNull();
        assertThatThrownBy(() ->
                        Visits.of(
                                BALANCERS,
                                json("{'loadBalancers':[{'targetGroupArn':'green'}]}"),
                                ANY))
                .hasMessageContaining("--rate 0");
    }
}
