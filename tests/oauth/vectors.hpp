// Keys and tokens from the RFCs, and from two other implementations: none was made by the code under test.
#pragma once

#include <string_view>

namespace assay::oauth::vectors {

// RFC 7515 appendix A.1, A.2, A.3: key and token.
inline constexpr std::string_view rfc7515_a1_key =
    R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1)"
    R"(Z9CAow"})";
inline constexpr std::string_view rfc7515_a1_token =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9"
    "leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr std::string_view rfc7515_a2_key =
    R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJ)"
    R"(PMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXnd)"
    R"(S5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxX)"
    R"(FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB","d":"Eq5xpGnNCivDfl)"
    R"(JsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pW)"
    R"(J1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0)"
    R"(ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2S)"
    R"(R_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ","p":"4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUd)"
    R"(iYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtld)"
    R"(C-KDV5z-y2XDwGUc","q":"uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7z)"
    R"(FYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",)"
    R"("dp":"BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R)"
    R"(6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0","dq":"h_96-mK1R_7)"
    R"(glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cj)"
    R"(z3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU","qi":"IYd7DHOhrWvxkwPQsRM2tOgrjbcr)"
    R"(fvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo)"
    R"(1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"})";
inline constexpr std::string_view rfc7515_a2_token =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19"
    "yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt"
    "_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
    "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI"
    "8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
inline constexpr std::string_view rfc7515_a3_key =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tu)"
    R"(e659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
inline constexpr std::string_view rfc7515_a3_token =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19"
    "yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU"
    "1Q";

// RFC 7517 appendix A.1: a public key for encryption and one for signatures.
inline constexpr std::string_view rfc7517_a1_set =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW)"
    R"(2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJX)"
    R"(ZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn6)"
    R"(4tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA)"
    R"(ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF)"
    R"(44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}]})";

// RFC 7638 §3.1: the thumbprint of the RSA key above.
inline constexpr std::string_view rfc7638_thumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";

// RFC 8037 appendix A.1, A.3, A.4.
inline constexpr std::string_view rfc8037_key =
    R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_)"
    R"(7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";
inline constexpr std::string_view rfc8037_thumbprint = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
inline constexpr std::string_view rfc8037_token =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6"
    "dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

// Keys made, and tokens `go_*` signed, by Go 1.26's own crypto packages (no OpenSSL); tokens `jose_*` signed with the
// same keys by the npm package jose 6.2.18 on Node 20, which also computed the thumbprints. All have the same claims:
// iss https://issuer.example, sub user-1, aud client-1, iat 1767225600, exp 1767229200, nonce n-0S6_WzA2Mj, and the
// at_hash of the access token jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y (OIDC Core A.3).
inline constexpr std::string_view rsa_key =
    R"({"kty":"RSA","kid":"rsa","n":"vaUXqH4zYYqrViPOJIjN2a6ngTNiu-Kg5n7hdtQe0D2hsjE92Mi5XGtKioReIlxypseH)"
    R"(QgWhQzASxqFA2TjoECtjMt8UXXFcH-jygUs7qOdpVYOatKg18g7hwYaGVzzAMr6bjD0_4CLJLPBkqVOIaJmee1-dTJDpZ05QBf)"
    R"(gb1bi9y6dvFHM3UVaa4GOGx18HnseDq7Rfj-hDSeFlVCYrIwPLJU9muJseHcjfi2PDnLz_7MkKs1-zYkzahu6LRvfxBs1xKCVR)"
    R"(iTW8Sf7fWOtHGZK-WFshwax0AtDBtB6h1G2CxjkCwzh3SMfOOd4gtqF3PGTBZHhkOCH9oV57k81hYw","e":"AQAB","d":"Ar)"
    R"(VF0aSRbB9NhjGE_De3UxhP0OQS0QKbC5i39F27XcUKZMjhOjaN26Pa3oBdG8MToKARExvaVGMlNhCh_7gZUECngGoKPR9cACJd)"
    R"(4Lp-uppNpuiIVuGEC7FF2pfCMDUCl-Sgn7jDC3YvIhvdRB9z9jb-zDkTK9G7E4VK6K0ywtfM7402j0fLQcQicwPt14HbyAjL8_)"
    R"(AtpgSOEM3LhGs0IKwVYGuBUKDuE_xZ-bggxwdg4Rp9ObVnSqetIOW78kNKKLXOF51gWnI5nW9Pp2x4shfO4Ekl_TuzXJBB-0kx)"
    R"(n8RYktyJ2lBl8b3qmffHwE7SdVgNt4SB55NF2nNC7gRX0Q","p":"3nMwBxPKOOc0HGn4gUqE0Hcdt_G4DRrqcKmsEkyjD7SMC)"
    R"(LVbhTpey_cFkwutPxX2Wg2j3YMjdw50A4uMciDGpvZ4XVdqcHcNfjzqcYJxLpDVEUPJzE8i0ZLxzwqB7dS2IOy_bnaCtT8iDoP)"
    R"(a_DlyAQpKvmWwG0L0q2CfiIwl6Ek","q":"2j9Mbdi0Le_AqXJKHiTQP_ANrsOaHWngc811rRWyFfSamo6pRnkgp99d-ux6UaS)"
    R"(gxHSEjdo1eZ_60Zate75qOlC-IlDRFY_oh0xUBhR_nLynrwIxwH6ylPYDODCeInGtDPRUdIfOMG8NzD9iX9MKDMHExBRox7RCT)"
    R"(mG8RChntEs","dp":"t6rFqeJGIquLFDbO7vl3JaRkDj9vJqrljPYa09UhAVOiF4KeOSdTo_amTJ3kgmUAzaPbe4bOXnu5gD_V)"
    R"(S1oSi0KPaQpHIOq7YlKrg-MezkLZGXMuCBoC9qTsMHVNh_AMHK089di13S5uUSu_QGex4Hf99KyDNk8XMvUJY7XLirk","dq":)"
    R"("bQrDPP7Qx0LKl96qeXUbN1bQ_0hrb9a-dh1pdhko6R9VP3OXz8YlMrq_UedlFfWS_ZTZxaYIocP0pVMLSpBQsuI0nSCT1poYK)"
    R"(8FPGdqUB9OaVC5cfTjQMOzZnvFrkPoK5DYPHEneEwTpd-sTU501oDoP_YfU8jJ2DoN2dPdbGRE","qi":"1APBFkGkc2UWbXMc)"
    R"(namii-YEcKTywYyF-YGsCHyfZLgJK42yEeJ_f-GqxSKBw5O49Z06fM5ht3-w2ycaWWQN_cdbAyJ9NNIkDtT-8x2pio9jBS7Pqv)"
    R"(hruCbNyVgIpuL51hyvKqXcaSWV3oqEhT4ijPOOSHrk6Kb4dS44MMLCrFE"})";
inline constexpr std::string_view ec_key =
    R"({"kty":"EC","crv":"P-256","kid":"ec","x":"K5I3vrAWikMWvcvufAG4fEgamXAnXn5VPb_dMuV8lx4","y":"rQaDkP)"
    R"(aPWHa-0W9zAZxnVC5ZUENSpb4ZV25QGGmc5R8","d":"FWMf-CKbNo8x9j8w7dpg1nXPnej35OZjQtVPiigTC78"})";
inline constexpr std::string_view okp_key =
    R"({"kty":"OKP","crv":"Ed25519","kid":"ed","x":"IDq4Itf3Yjkh3OB0REBP2FXJhZ4Z517qNiyNI_ZmNd4","d":"dJG)"
    R"(oKC9IIZrOegeF-pC0TFIQZeI5rzjbZDbEMxVg2P0"})";
inline constexpr std::string_view oct_key =
    R"({"kty":"oct","kid":"oct","k":"VePho9ib8Vzsn1p2DYiYVj2bt-ji-8q4hah__yu50ME"})";
inline constexpr std::string_view rsa_thumbprint = "QnZDEMUSR37TuAwwANTZ8eUg9UEV99AOe9PcdYzECmM";
inline constexpr std::string_view ec_thumbprint = "YjcfdzxqzE0e-lNFnPCOX9cF7RsFfpnjapYenw7FRcs";
inline constexpr std::string_view okp_thumbprint = "6L-lzD7ZObUESiARTpUcTkvOEXmFJ9fi8_E_LuZLwYY";
inline constexpr std::string_view go_rs256 =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3V"
    "iIjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTB"
    "TNl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.qpC-UVPDP99jyX00X8FEeKxjv05c3yaLo5-Pke"
    "yOdkUFz1lefiOKz7vpFOSMPpJ8Sq4OWcKpdeD3AdyG-cSzfo6bq5EPtsw_tupCtWMp8_sl_8q3ZE9Lg7BEDd6QL-a-JP6PQ0bYQ1"
    "XM85cVKt5mZ4aqi1W95IN_KR4JiDJxO0fnqUqC_LhTWpqjQt4QVsWks7chQ_zMo2io3aA8sel9WboGOP_9Mh1nVRo4NiCBry8642"
    "kOYfLwmL7afZnIqb6ROxAd98TxepwvKINaRnQ-qP_NgplA62UsAQ7SFcphI0lgUUQF_DuY9kopSlIuDD5RjLJjGwxfndURcpbCRz"
    "zADg";
inline constexpr std::string_view jose_rs256 =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3V"
    "iIjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTB"
    "TNl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.qpC-UVPDP99jyX00X8FEeKxjv05c3yaLo5-Pke"
    "yOdkUFz1lefiOKz7vpFOSMPpJ8Sq4OWcKpdeD3AdyG-cSzfo6bq5EPtsw_tupCtWMp8_sl_8q3ZE9Lg7BEDd6QL-a-JP6PQ0bYQ1"
    "XM85cVKt5mZ4aqi1W95IN_KR4JiDJxO0fnqUqC_LhTWpqjQt4QVsWks7chQ_zMo2io3aA8sel9WboGOP_9Mh1nVRo4NiCBry8642"
    "kOYfLwmL7afZnIqb6ROxAd98TxepwvKINaRnQ-qP_NgplA62UsAQ7SFcphI0lgUUQF_DuY9kopSlIuDD5RjLJjGwxfndURcpbCRz"
    "zADg";
inline constexpr std::string_view go_ps256 =
    "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3V"
    "iIjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTB"
    "TNl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.cUKRv6A_EnyLS64_UbyLFwAfEFnNiw10L-ivV4"
    "1o9Bya5B8qj-FKCBvO6HpkNbf_-tb2aoG6cbsOL7_5prJhioGj6bHn1NEy0mUEfbDtnjYUPhK_k5PIf-phhOROehuTvq2LBDe2dV"
    "rvJK6S3VwS9qaTZPN5drV87qmQQDn1KZ-Bvvg2cfsub_qNqgr5_P96mJPWjJZgQ2W5StEefJGRKeMOxF17I_F6DKyCBErfB-p8Qt"
    "zDfav-U9hf-WPnTDvPfTfoD8Q3u_rHBH03p75I5MZHq9YHdRU8Srf_hH9Qcz-z4lCMPsvteTTsyG6apCFkWoVNYSm5Icx-f9x-91"
    "NJGA";
inline constexpr std::string_view jose_ps256 =
    "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3V"
    "iIjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTB"
    "TNl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.JII-jG-9mAZoqIv6qA0jFIUoK1wsc3gtKqXn9P"
    "vpxh0cYnxnpYPLzbXTJcUJdUWixvmmTf1unRVlqVkiGfq1rj3J3N7qNOdddDuT_t27DWgC9CD2Yr97Z_wAH-rlfA20VUI2k1CRDk"
    "JV1l-4bYEvFBje-Tm3H5UKHkYy2ym_meOWuJV5XzrHCr6nvWWjjZGP2oGRRdKAFk-ra3RrF_-THM2rYXHHrU2b8QWz_Hy301s1eb"
    "JRU6JRSEUb56S3Q-rv58--PS-XntLB_XF9e8MI-G6r3X_Q81KseamsEdk2OfcbGW6zNRNSe3D3O7zxq8l9ryCTsxPrQY3Xx2wMQU"
    "_C5w";
inline constexpr std::string_view go_es256 =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3Vi"
    "IjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTBT"
    "Nl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.SaP3pd9tioDW1BYQlX2YUaIYUUSMespaet_6VwD"
    "s3JWUjB2JrSlujCAMg2mnEMjbtCLF6UZdhWcUQNPcAMu6nA";
inline constexpr std::string_view jose_es256 =
    "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImVjIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3Vi"
    "IjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTBT"
    "Nl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.ol129z4vcHTS8DCOnMVXNgz8uFfA9CaaP-ik8ps"
    "Nk2kyWYuFT6xXhWLvOEayfcbnlmMS6ggS-1h1mBnVBBXjiA";
inline constexpr std::string_view go_eddsa =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6ImVkIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3Vi"
    "IjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTBT"
    "Nl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.vUeqeESFvuY6Fozz7Pv0j-j3T1gV5-RrzaKEK4o"
    "_ZLLxMMd5bm7GEBvGsnH5vte3ButVWMfA3RKMfZeNwhTbBw";
inline constexpr std::string_view jose_eddsa =
    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6ImVkIn0.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3Vi"
    "IjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTBT"
    "Nl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.vUeqeESFvuY6Fozz7Pv0j-j3T1gV5-RrzaKEK4o"
    "_ZLLxMMd5bm7GEBvGsnH5vte3ButVWMfA3RKMfZeNwhTbBw";
inline constexpr std::string_view go_hs256 =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6Im9jdCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3V"
    "iIjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTB"
    "TNl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.wZd0bYvSVcZVo-gIB2NeMgds24Ax_y3zEDQyDF"
    "HDqxM";
inline constexpr std::string_view jose_hs256 =
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6Im9jdCJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3V"
    "iIjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTB"
    "TNl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.wZd0bYvSVcZVo-gIB2NeMgds24Ax_y3zEDQyDF"
    "HDqxM";
// RSA-PSS with a salt of 20 bytes, which RFC 7518 §3.5 does not allow.
inline constexpr std::string_view go_ps256_salt20 =
    "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6InJzYSJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlIiwic3V"
    "iIjoidXNlci0xIiwiYXVkIjoiY2xpZW50LTEiLCJleHAiOjE3NjcyMjkyMDAsImlhdCI6MTc2NzIyNTYwMCwibm9uY2UiOiJuLTB"
    "TNl9XekEyTWoiLCJhdF9oYXNoIjoiNzdRbVVQdGpQZnpXdEYyQW5wSzlSUSJ9.tBoR24xyjkSLJ1-3PpKs52O3ATW3WNrSaoydKR"
    "sPHxUbMOMZhfoIW_Siso23oAAoHzw2FO31Y41tkHqsoNn2ptogvOZfK7eF1udFeMY2K-RVFLf2avkSLpUfftgga8gcsWj4Xqi6ZK"
    "NNOuiBSpPgAv3lu8td7GB--F03Fa8KgML5HCeG_Ez8lQ74JN5lNWzE8RbpyHiCpb6xo_M2iTemnPI7a7F0i61A4ROiAomn5LwE9Q"
    "VQqBi0eA_cGTWhopCk1s3Ao12rHG-RhPEkLSjceyNkP9V78u7r7DI_xlwGdgtogsJ6K5EMHRfL0xSYVAr-18rsn2dLZ8ADVjFA1b"
    "TgNg";

struct token_of {
    std::string_view alg;
    std::string_view key;
    std::string_view token;
};
inline constexpr token_of foreign_tokens[] = {
    {"RS256", rsa_key, go_rs256},   {"RS256", rsa_key, jose_rs256}, {"PS256", rsa_key, go_ps256},
    {"PS256", rsa_key, jose_ps256}, {"ES256", ec_key, go_es256},    {"ES256", ec_key, jose_es256},
    {"EdDSA", okp_key, go_eddsa},   {"EdDSA", okp_key, jose_eddsa}, {"HS256", oct_key, go_hs256},
    {"HS256", oct_key, jose_hs256},
};

}  // namespace assay::oauth::vectors
