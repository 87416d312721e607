// How jemalloc, which the server is linked with, goes about memory that was freed; it reads this before main. As many arenas as
// cores; what was freed goes back to the system after about a second, by threads of its own, so that those that serve do not wait for it.
extern "C" const char* malloc_conf;
const char* malloc_conf =  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): jemalloc's
    "background_thread:true,percpu_arena:percpu,dirty_decay_ms:1000";
