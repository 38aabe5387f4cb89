#pragma once
#include <curl/curl.h>
// libcurl names the sockets to be watched and leaves the watching to others; Swift’s Glibc has neither of these.
#include <sys/epoll.h>
#include <sys/eventfd.h>

// Swift cannot import C functions with variable arguments, so each kind of argument has a function of its own.

static inline CURLcode ferry_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ferry_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ferry_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ferry_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ferry_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

/// Copies as many bytes as CURLOPT_POSTFIELDSIZE_LARGE says.
static inline CURLcode ferry_curl_set_form(CURL *handle, const void *bytes) {
    return curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes ? bytes : "");
}

static inline CURLcode ferry_curl_set_prerequest_function(CURL *handle, curl_prereq_callback value) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}

typedef size_t (*ferry_curl_data_function)(char *data, size_t size, size_t count, void *context);
typedef int (*ferry_curl_seek_function)(void *context, curl_off_t offset, int origin);

static inline CURLcode ferry_curl_set_data_function(CURL *handle, CURLoption option, ferry_curl_data_function value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ferry_curl_set_seek_function(CURL *handle, ferry_curl_seek_function value) {
    return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, value);
}

static inline CURLcode ferry_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ferry_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode ferry_curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

/// Sets CURLMOPT_SOCKETFUNCTION and its context.
static inline CURLMcode ferry_curl_set_socket_function(CURLM *handle, curl_socket_callback value, void *context) {
    CURLMcode code = curl_multi_setopt(handle, CURLMOPT_SOCKETFUNCTION, value);
    return code == CURLM_OK ? curl_multi_setopt(handle, CURLMOPT_SOCKETDATA, context) : code;
}

/// Sets CURLMOPT_TIMERFUNCTION and its context.
static inline CURLMcode ferry_curl_set_timer_function(CURLM *handle, curl_multi_timer_callback value, void *context) {
    CURLMcode code = curl_multi_setopt(handle, CURLMOPT_TIMERFUNCTION, value);
    return code == CURLM_OK ? curl_multi_setopt(handle, CURLMOPT_TIMERDATA, context) : code;
}

static inline CURLMcode ferry_curl_set_multi_long(CURLM *handle, CURLMoption option, long value) {
    return curl_multi_setopt(handle, option, value);
}
