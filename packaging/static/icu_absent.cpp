// For the static program: the functions of ICU that libxml2 calls, with no converter behind them. libxml2 itself
// knows UTF-8, UTF-16, ISO-8859-1 and ASCII; a page in another character set is then read as if it had named none.
// Its forms are still found, as names of HTML are ASCII.
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

UConverter* ucnv_open(const char*, UErrorCode* error) {
    *error = U_FILE_ACCESS_ERROR;
    return nullptr;
}

void ucnv_close(UConverter*) {}

void ucnv_convertEx(UConverter*, UConverter*, char**, const char*, const char**, const char*, UChar*, UChar**,
                    UChar**, const UChar*, UBool, UBool, UErrorCode* error) {
    *error = U_UNSUPPORTED_ERROR;
}

void ucnv_setFromUCallBack(UConverter*, UConverterFromUCallback, const void*, UConverterFromUCallback*, const void**,
                           UErrorCode* error) {
    *error = U_UNSUPPORTED_ERROR;
}

void ucnv_setToUCallBack(UConverter*, UConverterToUCallback, const void*, UConverterToUCallback*, const void**,
                         UErrorCode* error) {
    *error = U_UNSUPPORTED_ERROR;
}

void UCNV_FROM_U_CALLBACK_STOP(const void*, UConverterFromUnicodeArgs*, const UChar*, int32_t, UChar32,
                               UConverterCallbackReason, UErrorCode*) {}

void UCNV_TO_U_CALLBACK_STOP(const void*, UConverterToUnicodeArgs*, const char*, int32_t, UConverterCallbackReason,
                             UErrorCode*) {}
