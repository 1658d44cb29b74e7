//! What generated clients would otherwise repeat for each call. Knows the client and what generated
//! code calls, and nothing of single operations.

/// A call of an operation, around [`Call`](crate::client::Call): what generated clients return where something can be
/// set that the request leaves out.
#[macro_export]
macro_rules! client_call {
    ($(#[$attribute:meta])* $name:ident: $operation:ty) => {
        $(#[$attribute])*
        #[must_use = "a call is made when it is awaited"]
        #[derive(Debug)]
        pub struct $name($crate::client::Call<$operation>);

        impl $name {
            /// Makes the call; every documented answer is a value of its own.
            #[inline]
            pub fn response(
                self,
            ) -> $crate::client::Pending<<$operation as $crate::wire::Operation>::Response> {
                self.0.response()
            }
        }

        impl ::core::future::IntoFuture for $name {
            type Output = ::core::result::Result<
                <$operation as $crate::client::Callable>::Success,
                $crate::client::Error,
            >;
            type IntoFuture =
                $crate::client::Pending<<$operation as $crate::client::Callable>::Success>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                ::core::future::IntoFuture::into_future(self.0)
            }
        }
    };
}

/// A call of an operation that answers page by page, like [`client_call!`].
#[macro_export]
macro_rules! client_pages {
    ($(#[$attribute:meta])* $name:ident: $operation:ty) => {
        $crate::client_call!($(#[$attribute])* $name: $operation);

        impl $name {
            /// The pages, from the one that is asked for. Each is a call of its own, made when it is wanted.
            #[inline]
            pub fn pages(
                self,
            ) -> $crate::client::Listing<<$operation as $crate::client::Callable>::Success> {
                self.0.pages()
            }

            /// The items of all pages.
            #[inline]
            pub fn items(
                self,
            ) -> $crate::client::Listing<<$operation as $crate::generated::client::Paged>::Item> {
                self.0.items()
            }
        }
    };
}
