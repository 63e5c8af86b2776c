{
  "targets": [
    {
      "target_name": "sockdiag",
      "sources": ["<!@(node -p \"const s = JSON.parse(require('fs').readFileSync('native/sources.json', 'utf8')); [...s.core, ...s.addon].map((f) => 'native/' + f).join(' ')\")"],
      "include_dirs": ["native", "<!(node -p \"require('path').relative('.', require('path').dirname(require.resolve('node-addon-api')))\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS", "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS"],
      "cflags": ["-Wall", "-Wextra", "-fvisibility=hidden"],
      "cflags_cc": ["-std=c++20", "-fvisibility-inlines-hidden", "-fno-exceptions", "-fno-rtti"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-fexceptions", "-frtti"]
    }
  ]
}
