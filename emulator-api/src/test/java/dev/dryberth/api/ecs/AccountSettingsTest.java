package dev.dryberth.api.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.dryberth.core.model.Caller;
import dev.dryberth.core.model.Scope;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import software.amazon.awssdk.services.ecs.model.DeleteAccountSettingRequest;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;
import software.amazon.awssdk.services.ecs.model.ListAccountSettingsRequest;
import software.amazon.awssdk.services.ecs.model.ListAccountSettingsResponse;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingDefaultRequest;
import software.amazon.awssdk.services.ecs.model.PutAccountSettingRequest;
import software.amazon.awssdk.services.ecs.model.Setting;

import java.util.function.Consumer;

class AccountSettingsTest {

    private final EcsFixture ecs = new EcsFixture();
    private final AccountSettings settings = new AccountSettings();

    @Test
    void putsForTheCallerOnly() {
        Setting put = put("containerInsights", "enabled", null);
        assertThat(put.principalArn()).isEqualTo(EcsFixture.USER);
        assertThat(put.typeAsString()).isEqualTo("user");
        assertThat(valueFor("containerInsights")).isEqualTo("enabled");
        ecs.caller = new Caller(EcsFixture.SCOPE, EcsFixture.USER + "2");
        assertThat(valueFor("containerInsights")).isEqualTo("disabled");
    }

    @Test
    void aDefaultIsTheRootUsersAndHoldsForAllWhoSetNothing() {
        assertThat(putDefault("containerInsights", "enhanced").principalArn())
                .isEqualTo(EcsFixture.ROOT);
        assertThat(valueFor("containerInsights")).isEqualTo("enhanced");
        put("containerInsights", "disabled", null);
        assertThat(valueFor("containerInsights")).isEqualTo("disabled");
        ecs.caller = new Caller(new Scope("us-east-1", "123456789012"), EcsFixture.USER);
        assertThat(valueFor("containerInsights")).isEqualTo("disabled");
    }

    @Test
    void listsOnlyWhatWasSetUnlessAskedForWhatHolds() {
        assertThat(list(request -> {}).settings()).isEmpty();
        put("awsvpcTrunking", "enabled", null);
        assertThat(list(request -> {}).settings())
                .extracting(Setting::nameAsString, Setting::value, Setting::principalArn)
                .containsExactly(tuple("awsvpcTrunking", "enabled", EcsFixture.USER));
    }

    @Test
    void listsEveryDefaultPageByPage() {
        ListAccountSettingsResponse first = list(request -> request.effectiveSettings(true));
        assertThat(first.settings()).hasSize(10);
        ListAccountSettingsResponse second =
                list(request -> request.effectiveSettings(true).nextToken(first.nextToken()));
        assertThat(second.nextToken()).isNull();
        assertThat(first.settings().size() + second.settings().size())
                .isEqualTo(AccountSettings.Name.values().length);
    }

    @ParameterizedTest
    @CsvSource({
        "serviceLongArnFormat, enabled",
        "taskLongArnFormat, enabled",
        "containerInstanceLongArnFormat, enabled",
        "containerInsights, disabled",
        "awsvpcTrunking, disabled",
        "tagResourceAuthorization, on",
        "fargateTaskRetirementWaitPeriod, 7",
        "defaultLogDriverMode, non-blocking",
        "guardDutyActivate, off"
    })
    void hasAwssDefaults(String name, String value) {
        assertThat(valueFor(name)).isEqualTo(value);
    }

    @Test
    void filtersByNameAndValue() {
        put("containerInsights", "enabled", null);
        assertThat(list(request -> request.name("containerInsights").value("enabled")).settings())
                .hasSize(1);
        assertThat(list(request -> request.name("containerInsights").value("disabled")).settings())
                .isEmpty();
        assertInvalid(
                () -> list(request -> request.value("enabled")),
                "You must specify a setting name to filter by value.");
    }

    @Test
    void deletesBackToWhatHeldBefore() {
        put("containerInsights", "enabled", null);
        Setting deleted =
                ecs.call(tx ->
                                settings.deleteAccountSetting(
                                        tx,
                                        DeleteAccountSettingRequest.builder()
                                                .name("containerInsights")
                                                .build()))
                        .setting();
        assertThat(deleted.value()).isEqualTo("disabled");
        assertThat(deleted.principalArn()).isEqualTo(EcsFixture.USER);
        assertThat(list(request -> {}).settings()).isEmpty();
    }

    @Test
    void refusesUnknownNames() {
        assertInvalid(
                () -> put("unknown", "enabled", null),
                "unknown should be one of [serviceLongArnFormat,taskLongArnFormat,"
                        + "containerInstanceLongArnFormat,awsvpcTrunking,containerInsights,"
                        + "dualStackIPv6,fargateFIPSMode,tagResourceAuthorization,"
                        + "fargateTaskRetirementWaitPeriod,guardDutyActivate,"
                        + "defaultLogDriverMode,fargateEventWindows]");
    }

    @ParameterizedTest
    @CsvSource({
        "taskLongArnFormat, ENABLED",
        "taskLongArnFormat,",
        "fargateTaskRetirementWaitPeriod, 8",
        "awsvpcTrunking, enhanced"
    })
    void refusesUnknownValues(String name, @Nullable String value) {
        assertInvalid(() -> put(name, value, null), "Invalid setting 'value'");
    }

    @Test
    void refusesWhatAwsManages() {
        assertInvalid(
                () -> put("guardDutyActivate", "on", null),
                "The setting guardDutyActivate is managed by AWS.");
    }

    @Test
    void refusesPrincipalsOfOtherAccounts() {
        assertInvalid(
                () -> put("containerInsights", "enabled", "arn:aws:iam::210987654321:user/other"),
                "Invalid principalArn: arn:aws:iam::210987654321:user/other");
        assertThat(put("containerInsights", "enabled", EcsFixture.ROOT).principalArn())
                .isEqualTo(EcsFixture.ROOT);
    }

    private Setting put(String name, @Nullable String value, @Nullable String principal) {
        return ecs.call(tx ->
                        settings.putAccountSetting(
                                tx,
                                PutAccountSettingRequest.builder()
                                        .name(name)
                                        .value(value)
                                        .principalArn(principal)
                                        .build()))
                .setting();
    }

    private Setting putDefault(String name, String value) {
        return ecs.call(tx ->
                        settings.putAccountSettingDefault(
                                tx,
                                PutAccountSettingDefaultRequest.builder()
                                        .name(name)
                                        .value(value)
                                        .build()))
                .setting();
    }

    private ListAccountSettingsResponse list(Consumer<ListAccountSettingsRequest.Builder> changes) {
        ListAccountSettingsRequest.Builder request = ListAccountSettingsRequest.builder();
        changes.accept(request);
        return ecs.call(tx -> settings.listAccountSettings(tx, request.build()));
    }

    private String valueFor(String name) {
        return list(request -> request.name(name).effectiveSettings(true))
                .settings()
                .getFirst()
                .value();
    }

    private static void assertInvalid(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(InvalidParameterException.class).hasMessage(message);
    }
}
