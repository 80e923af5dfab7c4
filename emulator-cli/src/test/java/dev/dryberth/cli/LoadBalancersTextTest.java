package dev.dryberth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Test;

class LoadBalancersTextTest {

    private static final String TWO =
            """
            {"loadBalancers": [
              {"name": "web", "type": "application", "state": "active_impaired",
               "dnsName": "web-1.us-east-1.elb.localhost", "address": "127.1.0.1",
               "listeners": [
                 {"protocol": "HTTP", "port": 80, "defaultAction": "forward to blue (weight 1)",
                  "rules": 2,
                  "addresses": [
                    {"address": "127.1.0.1:80", "shared": false, "bound": true},
                    {"address": "127.0.0.1:80", "shared": true, "bound": false,
                     "reason": "cannot listen on 127.0.0.1:80: Address already in use"}],
                  "targetGroups": [
                    {"name": "blue", "protocol": "HTTP", "targetType": "ip", "healthy": 2,
                     "total": 4, "states": {"initial": 1, "healthy": 2, "draining": 1}}]},
                 {"protocol": "HTTP", "port": 8080, "defaultAction": "fixed-response 404",
                  "rules": 1, "addresses": [], "targetGroups": []}]},
              {"name": "empty", "type": "network", "state": "active",
               "dnsName": "empty-0a.elb.us-east-1.localhost", "address": "127.1.0.2",
               "listeners": []}]}
            """;

    private static String text(String json) throws JsonProcessingException {
        return LoadBalancersText.of(new ObjectMapper().readTree(json));
    }

    @Test
    void saysWhatIsOpenAndWhatIsHealthy() throws JsonProcessingException {
        assertThat(text(TWO))
                .isEqualToNormalizingNewlines(
                        """
                        web  application  active_impaired
                          web-1.us-east-1.elb.localhost  127.1.0.1
                          HTTP    80    forward to blue (weight 1); 2 rules
                            127.1.0.1:80          bound
                            127.0.0.1:80          not bound: cannot listen on 127.0.0.1:80: Address already in use
                            blue  HTTP ip  2 of 4 healthy (1 initial, 1 draining)
                          HTTP    8080  fixed-response 404; 1 rule
                            not bound yet

                        empty  network  active
                          empty-0a.elb.us-east-1.localhost  127.1.0.2
                        """);
    }

    @Test
    void saysThatThereIsNone() throws JsonProcessingException {
        assertThat(text("{\"loadBalancers\": []}")).startsWith("There is no load balancer.");
    }
}
