//! What generated code would otherwise repeat for each item: string enums, serde's traits, routes; and which runtime it
//! was written for.
//! Knows what generated code calls, models, JSON, the wire and the server.

#[cfg(feature = "client")]
mod client;

/// Says which runtime generated code was written for; with another one, this is what the compiler says first.
///
/// ```
/// kibana_runtime::written_for!(1);
/// ```
///
/// ```compile_fail
/// kibana_runtime::written_for!(0);
/// ```
#[macro_export]
macro_rules! written_for {
    (1) => {};
    ($other:literal) => {
        ::core::compile_error!(
            "this code was generated for another version of kibana-runtime: generate it again with the \
             kibana-codegen that has the version of the runtime"
        );
    };
}

/// Implements what a string enum needs, below its declaration.
///
/// The enum has one unit variant per value of the schema, and `Unknown(String)` for every other text, so that
/// reading a newer server never fails. Strict reading and [`validate`](crate::validate) report unknown values.
///
/// Gives `ALL`, `as_str`, `Display`, `FromStr`, `AsRef<str>`, `From<&str>`, `From<String>` and [`Model`](crate::Model).
///
/// ```
/// /// How a case stands.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// pub enum CaseStatus {
///     /// `open`
///     Open,
///     /// `in-progress`
///     InProgress,
///     /// A value that this version does not know.
///     Unknown(String),
/// }
/// kibana_runtime::string_enum!(CaseStatus { Open => "open", InProgress => "in-progress" });
///
/// assert_eq!(CaseStatus::from("in-progress"), CaseStatus::InProgress);
/// assert_eq!(CaseStatus::from("closed").as_str(), "closed");
/// assert_eq!(CaseStatus::ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! string_enum {
    ($name:ident { $($variant:ident => $value:literal),+ $(,)? }) => {
        impl $name {
            /// Every value that this version knows, in the order of the schema.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value in JSON.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Unknown(value) => value,
                }
            }

            fn known(value: &str) -> ::core::option::Option<Self> {
                match value {
                    $($value => ::core::option::Option::Some(Self::$variant),)+
                    _ => ::core::option::Option::None,
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::known(value)
                    .unwrap_or_else(|| Self::Unknown(::std::borrow::ToOwned::to_owned(value)))
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self::known(&value).unwrap_or(Self::Unknown(value))
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(value: &str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(Self::from(value))
            }
        }

        impl $crate::Model for $name {
            fn read(
                node: &$crate::generated::Node<'_>,
                _: &'static $crate::generated::Rules,
                reader: &mut $crate::generated::Reader<'_>,
            ) -> ::core::option::Option<Self> {
                reader.string_enum(node, Self::known, Self::Unknown, &[$($value),+])
            }

            fn write<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

/// Implements serde's `Serialize` and `Deserialize` for models, by way of [`Model`](crate::Model).
///
/// Reading is lenient. It needs a format that describes itself (JSON, YAML, …), and fails with all hard violations
/// in one message, each with its JSON path.
#[macro_export]
macro_rules! serde_impls {
    ($($name:ty),+ $(,)?) => {$(
        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::Model::write(self, serializer)
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::generated::deserialize(deserializer)
            }
        }
    )+};
}

/// The routes of a service: each operation and the method that answers it.
///
/// `routes!(service: S { get_case => get_case::Operation })`, in a function that has `service: S`.
#[cfg(feature = "server")]
#[macro_export]
macro_rules! routes {
    ($service:ident: $ty:ident { $($method:ident => $operation:ty),* $(,)? }) => {{
        let service = &::std::sync::Arc::new($service);
        ::std::vec::Vec::from([$(
            $crate::server::Route::new::<$operation, $ty, _>(
                service,
                |service, context, request| async move { service.$method(context, request).await },
            )
        ),*])
    }};
}
