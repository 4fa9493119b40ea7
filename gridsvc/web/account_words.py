"""What the pages of signing in and of one's own account say, in both languages."""

from collections.abc import Mapping

ACCOUNT: Mapping[str, Mapping[str, str]] = {
    "login": {"zh": "登录", "en": "Sign in"},
    "login_name": {"zh": "账号", "en": "Login"},
    "password": {"zh": "密码", "en": "Password"},
    "login_failed": {
        "zh": "账号或密码错误，或账号已停用。",
        "en": "The login or the password is wrong, or the account is disabled.",
    },
    "logout": {"zh": "退出", "en": "Sign out"},
    "signed_in_as": {"zh": "当前账号", "en": "Signed in as"},
    "go_on": {"zh": "继续", "en": "Go on"},
    "account": {"zh": "我的账号", "en": "My account"},
    "password_new_title": {"zh": "设置新密码", "en": "Choose a new password"},
    "password_new_about": {
        "zh": "当前密码由管理员设置或已过期，设置新密码后即可进入。",
        "en": "An administrator made the present one up, or it is too old. Then you are in.",
    },
    "password_change": {"zh": "修改密码", "en": "Change the password"},
    "password_about": {
        "zh": "至少 {count} 个字符。几个不相关的词连在一起，既好记又难猜。",
        "en": "{count} characters or more. A few unrelated words are easy to keep, hard to guess.",
    },
    "password_now": {"zh": "当前密码", "en": "Present password"},
    "password_new": {"zh": "新密码", "en": "New password"},
    "password_again": {"zh": "再次输入新密码", "en": "New password again"},
    "password_end_others": {
        "zh": "同时结束其他会话与令牌",
        "en": "End every other session and token",
    },
    "credentials": {"zh": "会话与令牌", "en": "Sessions and tokens"},
    "credential_session": {"zh": "浏览器会话", "en": "browser session"},
    "credential_bearer": {"zh": "令牌", "en": "token"},
    "credential_kind": {"zh": "类型", "en": "Kind"},
    "credential_name": {"zh": "名称", "en": "Name"},
    "credential_made": {"zh": "建立", "en": "Made"},
    "credential_until": {"zh": "有效至", "en": "Until"},
    "credential_for": {"zh": "用途", "en": "For"},
    "credential_for_all": {"zh": "账号的全部权限", "en": "all that the account may"},
    "credential_current": {"zh": "当前会话", "en": "this one"},
    "credential_end": {"zh": "结束", "en": "End it"},
}
